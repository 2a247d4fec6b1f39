/** API keys: made, listed, deleted by administrators. */
import type { z } from "zod";
import type { StoredApiKey } from "../../store/mod.ts";
import type { ApiKeys } from "../auth/keys.ts";
import { isWithin, type Principal } from "../auth/principal.ts";
import { type Clock, isoTime } from "../clock.ts";
import type { Limits } from "../config/types.ts";
import { bodyProblem, Problem } from "../http/problem.ts";
import type { Route } from "../http/route.ts";
import { readSmall } from "../http/small.ts";
import { ApiKeyList, ApiKeyMade, ApiKeyPath, type ApiKeyView, NewApiKey } from "../schema/accounts.ts";
import { NO_STORE } from "./auth.ts";

const JSON_TYPE = "application/json", PATH = "/auth/api-keys";

const DAY_MS = 24 * 3600 * 1000;

export const API_KEYS_MAX = 10_000;

export function apiKeysRoutes(keys: ApiKeys, limits: Limits, clock: Clock): Route[] {
  const common = { path: PATH, access: "admin", tag: "accounts" } as const;
  return [
    {
      ...common,
      method: "POST",
      audit: "api_key.create",
      summary: "Make an API key; the answer shows it this once",
      description: "It can do no more than the caller: not more scopes, not other streams, not for longer.",
      body: { [JSON_TYPE]: NewApiKey },
      answers: { 201: { description: "The key", content: { [JSON_TYPE]: ApiKeyMade } } },
      problems: ["invalid_json", "invalid_body", "unsupported_media_type", "too_many_api_keys", "storage_unavailable"],
      async handle(exchange) {
        const body = await readSmall(exchange.request, NewApiKey, limits);
        const wanted = wantedOf(body, exchange.principal!, clock.now());
        if ((await keys.list()).length >= API_KEYS_MAX) {
          throw new Problem("too_many_api_keys", `there are ${API_KEYS_MAX} API keys, as many as there may be`);
        }
        const { key, text } = await keys.create(wanted);
        exchange.audited.target = `key:${key.id}`;
        return exchange.json({ ...describeKey(key), api_key: text }, 201, NO_STORE);
      },
    },
    {
      ...common,
      method: "GET",
      summary: "The API keys that can do no more than the caller",
      answers: { 200: { description: "The keys, without their secrets", content: { [JSON_TYPE]: ApiKeyList } } },
      problems: ["storage_unavailable"],
      async handle(exchange) {
        const own = (await keys.list()).filter((key) => isWithin(grantsOf(key), exchange.principal!));
        return exchange.json({ api_keys: own.map(describeKey) });
      },
    },
    {
      ...common,
      method: "DELETE",
      audit: "api_key.delete",
      path: `${PATH}/{id}`,
      summary: "Delete an API key; no request gets through with it from then on",
      params: ApiKeyPath,
      answers: { 204: { description: "It is gone" } },
      problems: ["api_key_not_found", "storage_unavailable"],
      async handle(exchange) {
        const { id } = exchange.params;
        exchange.audited.target = `key:${id}`;
        const key = (await keys.list()).find((key) => key.id === id);
        // Others' keys are nobody's business: the same whether there is one or not.
        if (!key || !isWithin(grantsOf(key), exchange.principal!) || !(await keys.delete(id))) {
          throw new Problem("api_key_not_found", `there is no API key ${JSON.stringify(id)}`);
        }
        return exchange.nothing();
      },
    },
  ];
}

/** The key that is wanted, with what is left out. Throws Problem invalid_body, forbidden. */
function wantedOf(body: z.infer<typeof NewApiKey>, maker: Principal, now: number) {
  const { name, scopes, streams = maker.streams } = body;
  const ends = maker.kind === "key" ? maker.expires ?? null : null;
  const expires = expiryOf(body, now) ?? ends;
  const wanted = { name, scopes: [...new Set(scopes)], streams: streams && [...new Set(streams)], expires };
  const isLonger = ends !== null && (expires === null || expires > ends);
  if (isLonger || !isWithin(wanted, maker)) {
    throw new Problem("forbidden", `a key can do no more than its maker; ${maker.name} ${mayOf(maker)}`);
  }
  return wanted;
}

function expiryOf({ expires_at, expires_in_days }: z.infer<typeof NewApiKey>, now: number): number | undefined {
  if (expires_at !== undefined && expires_in_days !== undefined) {
    throw bodyProblem("invalid_body", "/expires_in_days", "give expires_at or expires_in_days, not both");
  }
  if (expires_in_days !== undefined) return now + expires_in_days * DAY_MS;
  if (expires_at === undefined) return undefined;
  const time = Date.parse(expires_at);
  if (time > now) return time;
  throw bodyProblem("invalid_body", "/expires_at", "must be a time to come");
}

function mayOf({ scopes, streams, kind, expires }: Principal): string {
  const until = kind === "key" && typeof expires === "number" ? `, until ${isoTime(expires)}` : "";
  return `has ${scopes.join(", ")} on ${streams?.join(", ") ?? "all streams"}${until}`;
}

function grantsOf({ scopes, streams }: StoredApiKey): Pick<Principal, "scopes" | "streams"> {
  return { scopes: scopes as Principal["scopes"], streams };
}

function describeKey(key: StoredApiKey): z.infer<typeof ApiKeyView> {
  const timeOf = (time: number | null) => time === null ? null : isoTime(time);
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    ...grantsOf(key) as { scopes: Principal["scopes"][number][]; streams: string[] | null },
    created_at: isoTime(key.created),
    expires_at: timeOf(key.expires),
    last_used: timeOf(key.lastUsed),
  };
}
