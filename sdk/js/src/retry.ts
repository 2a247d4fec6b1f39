/** When to try again, and how long to wait before. */
import { ConnectionError, NeuroClusterError } from "./errors.ts";

const FIRST_WAIT_MS = 250, WAIT_MAX_MS = 8_000;

/** A server that asks for a longer rest than this has its answer thrown: the caller knows better what to do meanwhile. */
const RETRY_AFTER_MAX_MS = 60_000;

/** Worth another try for any request: it cannot have been done. */
const NOT_DONE = [429, 503];

/** Worth another try where doing it twice does no harm. */
const PASSING = [408, 425, 500, 502, 504];

/** Whether a request that failed so may be sent again; `isSafe`: doing it twice does what doing it once does. */
export function isWorthRetrying(error: unknown, isSafe: boolean): boolean {
  if (error instanceof ConnectionError) return isSafe;
  if (!(error instanceof NeuroClusterError) || (error.retryAfter_ms ?? 0) > RETRY_AFTER_MAX_MS) return false;
  const status = error.status ?? 0;
  if (NOT_DONE.includes(status)) return true;
  // The first try of the same write is still under way.
  if (status === 409) return isSafe && error.retryAfter_ms !== undefined;
  return isSafe && PASSING.includes(status);
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
