/** Signing in, and API keys. */
import { z } from "zod";
import { SCOPES } from "../auth/principal.ts";
import { field, time } from "./field.ts";
import { STREAM_NAME } from "./streams.ts";

/** Longer ones are refused before they are hashed. */
const PASSWORD_LENGTH_MAX = 1024;

export const LoginForm = z.object({
  username: field(z.string().min(1).max(200), "Name of the user", "admin"),
  password: field(z.string().min(1).max(PASSWORD_LENGTH_MAX), "Password", "admin123"),
}).meta({ id: "LoginForm" });

export const RefreshBody = z.strictObject({
  refresh_token: field(z.string().min(1).max(4096), "The refresh token of the sign-in; it holds once", "eyJhbGci..."),
}).meta({ id: "RefreshBody" });

export const TokenGrant = z.object({
  access_token: field(z.string(), "For Authorization: Bearer", "eyJhbGci..."),
  refresh_token: field(z.string(), "For /auth/refresh, once; holds a week", "eyJhbGci..."),
  token_type: field(z.literal("bearer"), "Kind of the access token", "bearer"),
  expires_in: field(z.number().int(), "How long the access token holds, seconds", 1800),
}).meta({ id: "TokenGrant" });

const scopes = field(
  z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
  "What it may do: read, write (and read), admin (all)",
  ["write"],
);
const streams = field(
  z.array(z.string().regex(STREAM_NAME, "must be the name of a stream")).min(1).max(1000).nullable(),
  "Streams it may touch; null: all",
  ["sensors"],
);
const expiry = (description: string) =>
  field(z.string().nullable(), `${description}, ISO 8601 in UTC; null: never`, null);

export const Me = z.object({
  subject: field(z.string(), "Unique among users and keys", "user:admin"),
  name: field(z.string(), "Name of the user or of the key", "admin"),
  kind: field(z.enum(["user", "key", "development"]), "What the request came with", "user"),
  scopes,
  streams,
  expires_at: expiry("When the token or key ends"),
}).meta({ id: "Me" });

/**
 * No control characters, marks of direction, nor characters without a width: names are printed.
 * Ranges, not \p{C}, since the pattern is documented, and few clients know properties.
 */
// deno-lint-ignore no-control-regex
const KEY_NAME = /^[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]{1,100}$/u;

export const NewApiKey = z.strictObject({
  name: field(
    z.string().regex(KEY_NAME, "must be 1 to 100 characters, none of them a control character")
      .refine((name) => name.isWellFormed(), "must be Unicode: no half of a surrogate pair"),
    "What it is for",
    "line 3 gateway",
  ),
  scopes,
  streams: streams.optional().meta({
    description: "Streams it may touch; null: all; left out: those of its maker",
    examples: [["sensors"]],
  }),
  expires_at: z.iso.datetime({ offset: true }).optional().meta({
    description: "When it ends, ISO 8601; left out: with its maker, or never",
    examples: ["2027-01-01T00:00:00Z"],
  }),
  expires_in_days: field(z.number().int().min(1).max(3650).optional(), "The same, in days from now", 90),
}).meta({ id: "NewApiKey" });

export const ApiKeyView = z.object({
  id: field(z.string(), "Id, to delete it by", "Zk3vQ8mT1xYb"),
  name: field(z.string(), "What it is for", "line 3 gateway"),
  prefix: field(z.string(), "How the key begins, to know it by", "ncs_Zk3vQ8mT1xYb"),
  scopes,
  streams,
  created_at: time("When it was made"),
  expires_at: expiry("When it ends"),
  last_used: expiry("When it was used last, to the minute").meta({
    description: "When it was used last, to the minute, ISO 8601 in UTC; null: never yet",
  }),
}).meta({ id: "ApiKey" });

export const ApiKeyMade = ApiKeyView.extend({
  api_key: field(z.string(), "The key, for X-API-Key; it is shown this once", "ncs_Zk3vQ8mT1xYb_..."),
}).meta({ id: "ApiKeyMade" });

export const ApiKeyList = z.object({
  api_keys: z.array(ApiKeyView).meta({ description: "Keys that can do no more than the caller, by time of creation" }),
}).meta({ id: "ApiKeyList" });

export const ApiKeyPath = z.object({
  id: field(z.string(), "Id of the key, as the list shows it", "Zk3vQ8mT1xYb"),
});
