/** Who asks, and what they may do. */

export const SCOPES = ["read", "write", "admin"] as const;

/** Each includes those before it. */
export type Scope = typeof SCOPES[number];

export interface Principal {
  kind: "user" | "key" | "development";
  /** Unique among users and keys: user:admin, key:1f0c. Limits count by it, stored answers are told apart by it. */
  id: string;
  name: string;
  scopes: readonly Scope[];
  /** Streams it may touch; null: all. */
  streams: readonly string[] | null;
  /** Id and end (milliseconds since 1970) of the token it came with. */
  token?: { id: string; expires: number };
}

export function hasScope({ scopes }: Principal, wanted: Scope): boolean {
  const rank = SCOPES.indexOf(wanted);
  return scopes.some((scope) => SCOPES.indexOf(scope) >= rank);
}

export function mayTouch({ streams }: Principal, name: string): boolean {
  return streams === null || streams.includes(name);
}

/** Tells who sent a request. */
export interface Authenticator {
  /** Throws Problem unauthorized: no credentials, or none that hold. */
  authenticate(request: Request, credentials?: { token?: string; apiKey?: string }): Principal | Promise<Principal>;
}
