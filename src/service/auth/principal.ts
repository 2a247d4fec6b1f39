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
  /** Id of the session of the token it came with, and the token's end (milliseconds since 1970). */
  token?: { id: string; expires: number };
  /** When its credentials end, milliseconds since 1970; null or left out: never. */
  expires?: number | null;
}

export function hasScope({ scopes }: Principal, wanted: Scope): boolean {
  const rank = SCOPES.indexOf(wanted);
  return scopes.some((scope) => SCOPES.indexOf(scope) >= rank);
}

export function mayTouch({ streams }: Principal, name: string): boolean {
  return streams === null || streams.includes(name);
}

/** Whether `less` can do nothing that `more` cannot. */
export function isWithin(less: Pick<Principal, "scopes" | "streams">, more: Principal): boolean {
  if (!less.scopes.every((scope) => hasScope(more, scope))) return false;
  return more.streams === null || (less.streams?.every((name) => mayTouch(more, name)) ?? false);
}

/** Tells who sent a request. */
export interface Authenticator {
  /** Throws Problem unauthorized: no credentials, or none that hold. */
  authenticate(request: Request, credentials?: { token?: string; apiKey?: string }): Principal | Promise<Principal>;
}
