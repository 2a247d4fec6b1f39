/** The process: memory, processor, and how late its timers come. */
import { VERSION } from "../../version.ts";
import type { Clock } from "../clock.ts";
import type { Exposition } from "./distribution.ts";

/** A timer is set for so long; what it is late by others waited for as well. */
const TICK_MS = 500;

export interface RuntimeParts {
  clock: Clock;
  /** When the process started, by the clock's elapsed(). */
  began: number;
  /** Resident memory in bytes, where the host can tell. */
  processBytes?: () => number;
  /** Processor time in seconds, where the host can tell. */
  processSeconds?: () => number;
  /** "deno 2.9.6". */
  runtime?: string;
  /** False: no timer, so that how late timers come is not known. */
  isLasting?: boolean;
}

export class RuntimeMetrics {
  #latest_ms = 0;
  /** Since the last scrape. */
  #longest_ms = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(readonly parts: RuntimeParts) {
    if (parts.isLasting === false) return;
    let last = parts.clock.elapsed();
    this.#timer = setInterval(() => {
      const now = parts.clock.elapsed();
      this.#latest_ms = Math.max(0, now - last - TICK_MS);
      this.#longest_ms = Math.max(this.#longest_ms, this.#latest_ms);
      last = now;
    }, TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  register(exposition: Exposition): void {
    const { clock, began, processBytes, processSeconds, runtime = "unknown" } = this.parts;
    if (processBytes) {
      exposition.gauge(
        "ncs_process_resident_bytes",
        "Resident memory of the process",
        () => [{ value: processBytes() }],
      );
    }
    if (processSeconds) {
      exposition.counter(
        "ncs_process_cpu_seconds_total",
        "Processor time of the process",
        () => [{ value: processSeconds() }],
      );
    }
    if (this.#timer !== undefined) this.#registerLag(exposition);
    exposition.gauge(
      "ncs_uptime_seconds",
      "Since the process started",
      () => [{ value: (clock.elapsed() - began) / 1000 }],
    );
    exposition.gauge(
      "ncs_build_info",
      "What runs, as labels; always 1",
      () => [{ labels: { version: VERSION, runtime }, value: 1 }],
    );
  }

  #registerLag(exposition: Exposition): void {
    exposition.gauge(
      "ncs_event_loop_lag_seconds",
      "How late the latest timer came",
      () => [{ value: this.#latest_ms / 1000 }],
    );
    exposition.gauge("ncs_event_loop_lag_max_seconds", "How late a timer came at most since the last scrape", () => {
      const value = this.#longest_ms / 1000;
      this.#longest_ms = 0;
      return [{ value }];
    });
  }
}
