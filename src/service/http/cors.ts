/** CORS (Fetch standard, 3.2): which pages of other origins may read the answers. */
import type { Exchange } from "./exchange.ts";
import type { Answerer } from "./serve.ts";

/** Heads of answers that a page may read beside those it always may. */
const EXPOSED = [
  "x-request-id",
  "ratelimit-limit",
  "ratelimit-remaining",
  "ratelimit-reset",
  "retry-after",
  "idempotency-replayed",
  "etag",
  "location",
].join(", ");

/** Heads that a page may send. */
const ALLOWED = [
  "authorization",
  "content-type",
  "dims",
  "idempotency-key",
  "if-none-match",
  "last-event-id",
  "x-api-key",
  "x-request-id",
].join(", ");

/** A browser asks again after so long; it takes no more than two hours. */
const MAX_AGE_SECONDS = "7200";

const NOTHING: Record<string, string> = {};

/**
 * Credentials are heads that the page sets, never cookies, so `access-control-allow-credentials` is not said, and the origin
 * `*` (in development) gives nothing away.
 */
export class Cors {
  #origins: ReadonlySet<string>;
  #isOpen: boolean;

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins);
    this.#isOpen = this.#origins.has("*");
  }

  /** Heads of the answer to a request. */
  heads({ headers }: Request): Record<string, string> {
    if (this.#isOpen) return { "access-control-allow-origin": "*", "access-control-expose-headers": EXPOSED };
    if (this.#origins.size === 0) return NOTHING;
    const origin = headers.get("origin");
    // Said even where there is no origin, so that no cache gives one page the answer to another.
    if (origin === null || !this.#origins.has(origin)) return { vary: "Origin" };
    return { vary: "Origin", "access-control-allow-origin": origin, "access-control-expose-headers": EXPOSED };
  }

  /** What answers a preflight; undefined where the request is none. `allow` lists the methods of the path. */
  preflight({ method, headers }: Request, allow: string): Answerer | undefined {
    if (method !== "OPTIONS" || !headers.has("origin") || !headers.has("access-control-request-method")) {
      return undefined;
    }
    return { access: "public", isUnlimited: true, handle: (exchange) => answerPreflight(exchange, allow) };
  }
}

/** An origin that is not allowed gets no CORS heads, and its browser goes no further. */
function answerPreflight(exchange: Exchange, allow: string): Response {
  const { "access-control-expose-headers": _, ...heads } = exchange.headers;
  const allowing = "access-control-allow-origin" in heads && {
    "access-control-allow-methods": allow,
    "access-control-allow-headers": ALLOWED,
    "access-control-max-age": MAX_AGE_SECONDS,
  };
  return new Response(null, { status: 204, headers: { ...heads, allow, ...allowing } });
}
