/**
 * Access and refresh tokens: JWT (RFC 7519) signed by HMAC-SHA-256, told apart by `typ`. A session is one sign-in; all
 * its tokens bear its id, so that it can be ended whole. Verified tokens are remembered until they expire, since
 * verifying takes longer than learning a point.
 */
import { errors, jwtVerify, SignJWT } from "jose";
import type { Clock } from "../clock.ts";
import type { AuthConfig } from "../config/types.ts";
import { Problem } from "../http/problem.ts";
import type { Revocations } from "./revocations.ts";
import { randomText } from "./secrets.ts";

const ISSUER = "neurocluster-streamer", AUDIENCE = "ncs-api", ALGORITHM = "HS256";

export type TokenType = "access" | "refresh";

/** As in the head of the token; the first is RFC 9068's. */
const TYPES: Record<TokenType, string> = { access: "at+jwt", refresh: "ncs-refresh+jwt" };

/** What a token says. */
export interface Claims {
  /** Name of the user. */
  user: string;
  scopes: string[];
  /** Id of this token, and of the session that it belongs to. */
  id: string;
  session: string;
  /** Changes with the password. */
  stamp: string;
  /** Milliseconds since 1970. */
  expires: number;
}

/** Tokens remembered at most, and the length of one. */
const REMEMBERED_MAX = 10_000, LENGTH_MAX = 4096;

export class Tokens {
  #remembered = new Map<string, Claims>();
  #keys: Uint8Array[];

  constructor(readonly config: AuthConfig, readonly revocations: Revocations, readonly clock: Clock) {
    this.#keys = [config.secretKey, ...config.previousSecretKeys].map((key) => new TextEncoder().encode(key));
  }

  /** Signs a token of the session. */
  async issue(type: TokenType, { user, scopes, session, stamp }: Omit<Claims, "id" | "expires">): Promise<string> {
    const { accessToken_ms, refreshToken_ms } = this.config;
    const now_s = Math.floor(this.clock.now() / 1000);
    const life_ms = type === "access" ? accessToken_ms : refreshToken_ms;
    return await new SignJWT({ scopes, sid: session, stamp })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPES[type] })
      .setIssuer(ISSUER).setAudience(AUDIENCE).setSubject(user).setJti(randomText(22))
      .setIssuedAt(now_s).setExpirationTime(now_s + life_ms / 1000)
      .sign(this.#keys[0]);
  }

  /** A token that was verified before and still holds; else undefined. Costs a look. */
  recall(token: string): Claims | undefined {
    const claims = this.#remembered.get(token);
    if (!claims || claims.expires <= this.clock.now() || this.revocations.has(claims.session)) return undefined;
    return claims;
  }

  /** Verifies a token; whether a refresh token was used before is for who uses it to tell. Throws Problem invalid_credentials, StorageError. */
  async verify(token: string, type: TokenType): Promise<Claims> {
    if (token.length > LENGTH_MAX) throw invalidToken("the token is too long");
    const claims = await this.#read(token, type);
    // A server that has just started must not take what was revoked before.
    await this.revocations.loaded();
    if (this.revocations.has(claims.session)) throw invalidToken("the token is revoked");
    if (type === "access") this.#remember(token, claims);
    return claims;
  }

  #remember(token: string, claims: Claims): void {
    if (this.#remembered.size >= REMEMBERED_MAX) {
      const [oldest] = this.#remembered.keys();
      this.#remembered.delete(oldest);
    }
    this.#remembered.set(token, claims);
  }

  async #read(token: string, type: TokenType): Promise<Claims> {
    for (const key of this.#keys) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          typ: TYPES[type],
          requiredClaims: ["sub", "jti", "sid", "exp", "iat"],
          currentDate: new Date(this.clock.now()),
        });
        const { sub, jti, sid, stamp, scopes, exp } = payload as Record<string, never>;
        return { user: sub, id: jti, session: sid, stamp, scopes, expires: exp * 1000 };
      } catch (error) {
        if (error instanceof errors.JWSSignatureVerificationFailed) continue;
        if (error instanceof errors.JWTExpired) throw invalidToken("the token has expired");
        if (error instanceof errors.JOSEError) throw invalidToken(`the token is no ${type} token of this server`);
        throw error;
      }
    }
    throw invalidToken("the token's signature does not hold");
  }
}

/** RFC 6750, 3.1. */
export function invalidToken(detail: string): Problem {
  return new Problem("invalid_credentials", detail, undefined, {
    "www-authenticate": 'Bearer realm="ncs", error="invalid_token"',
  });
}
