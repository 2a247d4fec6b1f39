/** Who may do what: tokens, users, API keys. Nothing here runs. */
import type { CallOptions } from "./types.ts";

/** What a login gives. */
export interface Tokens {
  access_token: string;
  /** Holds once. */
  refresh_token?: string;
  token_type: string;
  /** Seconds. */
  expires_in: number;
}

/** Each includes those before it. */
export type Scope = "read" | "write" | "admin";

/** Who asks, and what they may do. */
export interface Me {
  /** Unique among users and keys. */
  subject: string;
  name: string;
  kind: "user" | "key" | "development";
  scopes: Scope[];
  /** Null: all. */
  streams: string[] | null;
  /** ISO 8601; null: never. */
  expires_at: string | null;
}

export interface NewApiKey {
  name: string;
  scopes: Scope[];
  /** Streams that the key may touch; null: all. Default: those of its maker. */
  streams?: string[] | null;
  /** ISO 8601. Default: with its maker, or never. */
  expires_at?: string;
  /** The same, in days from now. */
  expires_in_days?: number;
}

export interface ApiKey {
  id: string;
  name: string;
  /** How the key begins. */
  prefix: string;
  scopes: Scope[];
  streams: string[] | null;
  created_at: string;
  expires_at: string | null;
  last_used: string | null;
}

/** The key itself is shown this once. */
export interface ApiKeyMade extends ApiKey {
  api_key: string;
}

/** API keys; for admins. */
export interface ApiKeys {
  list(options?: CallOptions): Promise<ApiKey[]>;
  create(key: NewApiKey, options?: CallOptions): Promise<ApiKeyMade>;
  delete(id: string, options?: CallOptions): Promise<void>;
}
