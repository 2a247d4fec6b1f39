/** An app for tests: a clock that stands still until told (or moves whenever it is looked at), a log that is kept. */
import {
  type AppParts,
  type Config,
  createApp,
  createLog,
  LIMITS,
  type Limits,
  readConfig,
  STREAM_LIMITS,
} from "../../src/service/mod.ts";
import type { Options } from "../../src/engine/mod.ts";
import { MemoryStore, type Store } from "../../src/store/mod.ts";
import { scryptHasher } from "../../src/hosts/scrypt.ts";
import { kernel } from "../kernel.ts";

export const START = Date.parse("2026-01-02T03:04:05.678Z");

// deno-lint-ignore no-explicit-any
export type Json = any;

export interface TestApp {
  request(path: string, init?: RequestInit, connection?: { address: string }): Promise<Response>;
  routes: ReturnType<typeof createApp>["routes"];
  get(path: string): Promise<Json>;
  /** Posts a value as JSON. */
  post(path: string, value: unknown): Promise<Response>;
  /** Lets time pass. */
  wait(time_ms: number): void;
  log: Json[];
  endLive(): Promise<void>;
  sweep(): Promise<void>;
  close(): Promise<void>;
}

export function createTestApp(
  set: {
    limits?: Partial<Limits>;
    stream?: Options;
    processBytes?: AppParts["processBytes"];
    look_ms?: number;
    store?: Store;
    passwords?: AppParts["passwords"];
    shared?: AppParts["shared"];
    config?: Partial<Config>;
    more?: Partial<AppParts>;
  } = {},
): TestApp {
  let time = START;
  const log: Json[] = [];
  const clock = { now: () => time, elapsed: () => (time += set.look_ms ?? 0) - START };
  const app = createApp({
    kernel,
    config: {
      ...readConfig(() => undefined),
      rateLimitPerMinute: 0,
      streams: { ...STREAM_LIMITS, parameters: set.stream ?? {} },
      limits: { ...LIMITS, ...set.limits },
      ...set.config,
    },
    // Cheap: the costs are the host's affair.
    passwords: set.passwords ?? scryptHasher(4),
    shared: set.shared,
    store: set.store ?? new MemoryStore(),
    clock,
    log: createLog((line) => log.push(JSON.parse(line)), clock),
    processBytes: set.processBytes,
    ...set.more,
  });
  const request = async (path: string, init: RequestInit = {}, connection?: { address: string }) => {
    const headers = new Headers(init.headers);
    if (!headers.has("x-api-key") && !headers.has("authorization")) headers.set("x-api-key", "YOUR_API_KEY");
    return await app.fetch(new Request(`http://test${path}`, { ...init, headers }), connection);
  };
  return {
    request,
    get: async (path) => await (await request(path)).json(),
    post: (path, value) => request(path, jsonPost(JSON.stringify(value))),
    wait: (time_ms) => time += time_ms,
    routes: app.routes,
    log,
    endLive: () => app.endLive(),
    sweep: () => app.sweep(),
    close: () => app.close(),
  };
}

export function jsonPost(body: BodyInit, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", body, headers: { "content-type": "application/json", ...headers } };
}

export function octetPost(octets: BodyInit, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", body: octets, headers: { "content-type": "application/octet-stream", ...headers } };
}
