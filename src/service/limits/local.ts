/** A counter in the process: at once, by the service's clock, and of bounded memory. */
import type { Clock } from "../clock.ts";
import type { Count, Counter, Limit } from "./counter.ts";

/** Keys counted at a time; beyond, the oldest window is let go of. */
const KEYS_MAX = 100_000;

interface Window {
  taken: number;
  ends: number;
}

export class LocalCounter implements Counter {
  /** In the order in which the windows end, since all are as long. */
  #windows = new Map<string, Window>();

  constructor(readonly limit: Limit, readonly clock: Clock, readonly keysMax = KEYS_MAX) {}

  /** Keys counted now. */
  get size(): number {
    return this.#windows.size;
  }

  take(key: string): Count {
    const now = this.clock.elapsed();
    let window = this.#windows.get(key);
    if (!window || window.ends <= now) window = this.#open(key, now);
    const isOver = window.taken >= this.limit.max;
    if (!isOver) window.taken++;
    return { isOver, remaining: this.limit.max - window.taken, reset_ms: window.ends - now };
  }

  giveBack(key: string): void {
    const window = this.#windows.get(key);
    if (window && window.taken > 0) window.taken--;
  }

  reset(key: string): void {
    this.#windows.delete(key);
  }

  #open(key: string, now: number): Window {
    this.#windows.delete(key);
    // Two of the oldest for each new one, so that ended windows never pile up.
    let looks = 2;
    for (const [oldest, { ends }] of this.#windows) {
      if (looks-- === 0 || (ends > now && this.#windows.size < this.keysMax)) break;
      this.#windows.delete(oldest);
    }
    const window = { taken: 0, ends: now + this.limit.window_ms };
    this.#windows.set(key, window);
    return window;
  }
}
