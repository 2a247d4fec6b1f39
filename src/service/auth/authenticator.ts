/** Who sent a request, by its API key or its token. */
import { Problem } from "../http/problem.ts";
import { placeholderPrincipal } from "./development.ts";
import type { ApiKeys } from "./keys.ts";
import type { Authenticator, Principal } from "./principal.ts";
import { type Claims, invalidToken, type Tokens } from "./tokens.ts";

/** What API keys begin with; clients may send them as Bearer too. */
const KEY_PREFIX = "ncs_";

export function createAuthenticator(keys: ApiKeys, tokens: Tokens, takesPlaceholders: boolean): Authenticator {
  return {
    /** At once where the credentials are known, so that most requests wait for nothing. */
    authenticate(request, credentials = credentialsOf(request)) {
      const { apiKey, token } = credentials;
      const developer = takesPlaceholders ? placeholderPrincipal(apiKey, token) : undefined;
      if (developer) return developer;
      const key = apiKey ?? (token?.startsWith(KEY_PREFIX) ? token : undefined);
      if (key !== undefined) return keys.recall(key) ?? keys.verify(key);
      if (token === undefined) throw noCredentials();
      const claims = tokens.recall(token);
      return claims ? principalOf(claims) : verifyToken(tokens, token);
    },
  };
}

/** X-API-Key goes before Authorization: whoever sends both means the key. */
function credentialsOf({ headers }: Request): { token?: string; apiKey?: string } {
  const apiKey = headers.get("x-api-key");
  if (apiKey !== null) return { apiKey };
  const authorization = headers.get("authorization");
  if (authorization === null) return {};
  // RFC 9110: the scheme in any case. Two headers arrive joined by a comma, which no token has.
  const [, token] = /^bearer +([^\s,]+)$/i.exec(authorization) ?? [];
  if (token === undefined) throw invalidToken("the Authorization header must be Bearer and one token");
  return { token };
}

async function verifyToken(tokens: Tokens, token: string): Promise<Principal> {
  return principalOf(await tokens.verify(token, "access"));
}

function principalOf({ user, scopes, session, expires }: Claims): Principal {
  return {
    kind: "user",
    id: `user:${user}`,
    name: user,
    scopes: scopes as Principal["scopes"],
    streams: null,
    token: { id: session, expires },
    expires,
  };
}

function noCredentials(): Problem {
  return new Problem("unauthorized", "send an API key as X-API-Key, or a token as Authorization: Bearer", undefined, {
    "www-authenticate": 'Bearer realm="ncs"',
  });
}
