/** The limit on requests: of a key or a user where one is known, else of an address. */
import type { Exchange } from "../http/exchange.ts";
import { Problem } from "../http/problem.ts";
import type { RateLimiter } from "../http/serve.ts";
import { addressGroup } from "./address.ts";
import type { Count, Limit, MakeCounter } from "./counter.ts";

const WINDOW_MS = 60_000;

/** No limit where perMinute is 0. */
export function requestLimiter(perMinute: number, counterOf: MakeCounter): RateLimiter {
  if (perMinute === 0) return { take: () => ({}) };
  const limit: Limit = { name: "requests", max: perMinute, window_ms: WINDOW_MS };
  const counter = counterOf(limit);
  return {
    take(exchange) {
      const count = counter.take(keyOf(exchange));
      return count instanceof Promise ? count.then((count) => allow(count, limit)) : allow(count, limit);
    },
  };
}

function keyOf(exchange: Exchange): string {
  return exchange.principal?.id ?? `address:${addressGroup(exchange.address)}`;
}

/** The heads of the IETF's draft-ietf-httpapi-ratelimit-headers-06, the last with a head for each number. */
function allow(count: Count, { max }: Limit): Record<string, string> {
  const reset = String(Math.ceil(count.reset_ms / 1000));
  const heads = {
    "ratelimit-limit": String(max),
    "ratelimit-remaining": String(count.remaining),
    "ratelimit-reset": reset,
  };
  if (!count.isOver) return heads;
  throw new Problem("rate_limited", `there may be ${max} requests a minute; try again in ${reset} s`, undefined, {
    ...heads,
    "retry-after": reset,
  });
}
