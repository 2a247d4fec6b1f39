/** The service in a Durable Object: woken by requests, let go of without a word, so that it keeps no timer. */
import { type App, createApp, createLog, errorFields, SWEEP_MS, systemClock } from "../../service/mod.ts";
import type { Store } from "../../store/mod.ts";
import { scryptHasher } from "../scrypt.ts";
import { type Bindings, configOf } from "./configuration.ts";
import { kernel } from "./kernel.ts";
import { upgrade } from "./socket.ts";

/** 16 MiB a hash, five times over: as hard as the servers' 128 MiB, which a worker does not have (OWASP, as in scrypt.ts). */
const COST = 14, LANES = 5;

export const log = createLog((line) => console.log(line), systemClock);

export function logError(message: string): (error: unknown) => void {
  return (error) => log.error(message, errorFields(error));
}

export class Service {
  #app: App;
  #sweptAt = systemClock.elapsed();

  constructor(env: Bindings, store: Store) {
    this.#app = createApp({
      kernel,
      config: configOf(env),
      clock: systemClock,
      log,
      store,
      passwords: scryptHasher(COST, LANES),
      runtime: "workerd",
      isLasting: false,
      hasAllStreams: false,
      upgrade,
    });
  }

  async fetch(request: Request): Promise<Response> {
    await this.#sweepIfDue();
    // Cloudflare writes it, whatever a client sends.
    return await this.#app.fetch(request, { address: request.headers.get("cf-connecting-ip") ?? undefined });
  }

  /** Before the request, so that it meets what was revoked elsewhere. */
  async #sweepIfDue(): Promise<void> {
    if (systemClock.elapsed() - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = systemClock.elapsed();
    await this.#app.sweep();
  }
}
