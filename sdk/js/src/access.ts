/** Who may do what: tokens, users, API keys. Nothing here runs. */
import type { CallOptions } from "./types.ts";

/** What a login gives. */
export interface Tokens {
  access_token: string;
  refresh_token?: string;
  token_type: string;
  /** Seconds. */
  expires_in: number;
}

export interface User {
  username: string;
  [fact: string]: unknown;
}

export type Scope = "read" | "write" | "admin";

export interface NewApiKey {
  name: string;
  scopes: Scope[];
  /** Streams that the key may touch. Default: all. */
  streams?: string[];
  [fact: string]: unknown;
}

export interface ApiKey {
  id: string;
  name: string;
  scopes: Scope[];
  [fact: string]: unknown;
}

/** API keys; for admins. */
export interface ApiKeys {
  list(options?: CallOptions): Promise<ApiKey[]>;
  /** The secret is in the answer, and never shown again. */
  create(key: NewApiKey, options?: CallOptions): Promise<ApiKey & { key: string }>;
  delete(id: string, options?: CallOptions): Promise<void>;
}
