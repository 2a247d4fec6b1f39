/**
 * In development the placeholders of the documentation's snippets hold, so that they run as they are written. A production
 * server knows nothing of them.
 */
import type { Principal } from "./principal.ts";

const PLACEHOLDERS = { apiKey: "YOUR_API_KEY", token: "..." };

const DEVELOPER: Principal = {
  kind: "development",
  id: "development",
  name: "the snippets of the documentation",
  scopes: ["write"],
  streams: null,
};

/** The developer, where a request has one of the placeholders. */
export function placeholderPrincipal(apiKey: string | undefined, token: string | undefined): Principal | undefined {
  return apiKey === PLACEHOLDERS.apiKey || token === PLACEHOLDERS.token ? DEVELOPER : undefined;
}
