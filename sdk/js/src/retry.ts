/** When to try again, and how long to wait before. */
import { ConnectionError, NeuroClusterError } from "./errors.ts";

const FIRST_WAIT_MS = 250, WAIT_MAX_MS = 8_000;

/** A server that asks for a longer rest than this has its answer thrown: the caller knows better what to do meanwhile. */
const RETRY_AFTER_MAX_MS = 60_000;

/** What passes by itself. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];

/** Whether a request that failed so may be sent again: every write has a key under which the server does it once. */
export function isWorthRetrying(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  if (!(error instanceof NeuroClusterError) || (error.retryAfter_ms ?? 0) > RETRY_AFTER_MAX_MS) return false;
  return PASSING.includes(error.status ?? 0);
}

/** Full jitter: anything up to a bound that doubles with each attempt (from 0), after what the server asks for. */
export function waitBefore_ms(attempt: number, error?: unknown): number {
  const asked_ms = error instanceof NeuroClusterError ? error.retryAfter_ms ?? 0 : 0;
  return asked_ms + Math.random() * Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** attempt);
}

/** Waits. Throws the signal's reason. */
export function sleep(time_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, time_ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/** A key that no other write has. From random octets: randomUUID is missing on pages that are not served securely. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (octet) => octet.toString(16).padStart(2, "0")).join(
    "",
  );
}
