/** Signing in and out: /auth/login, /auth/refresh, /auth/logout, /auth/me. */
import type { Accounts } from "../auth/accounts.ts";
import { isoTime } from "../clock.ts";
import type { Limits } from "../config/types.ts";
import type { Exchange } from "../http/exchange.ts";
import { FORM_TYPE, readForm } from "../http/form.ts";
import { Problem } from "../http/problem.ts";
import type { Route } from "../http/route.ts";
import { readSmall } from "../http/small.ts";
import { LoginForm, Me, RefreshBody, TokenGrant } from "../schema/accounts.ts";

const JSON_TYPE = "application/json";

/** Answers that hold secrets are not for caches (RFC 6749, 5.1). */
export const NO_STORE = { "cache-control": "no-store" };

const GRANT_PROBLEMS = [
  "invalid_body",
  "unsupported_media_type",
  "body_too_large",
  "unreadable_body",
  "request_timeout",
  "invalid_credentials",
  "storage_unavailable",
] as const;

export function authRoutes(accounts: Accounts, limits: Limits): Route[] {
  const { sessions } = accounts;
  const granted = { 200: { description: "The tokens", content: { [JSON_TYPE]: TokenGrant } } };
  const common = { method: "POST", access: "public", tag: "accounts" } as const;
  return [
    {
      ...common,
      path: "/auth/login",
      audit: "login",
      summary: "Sign in with name and password",
      description: "Failed tries are limited, by name and address and by address.",
      body: { [FORM_TYPE]: LoginForm },
      answers: granted,
      problems: [...GRANT_PROBLEMS, "overloaded"],
      handle: async (exchange) => exchange.json(await signIn(exchange, accounts, limits), 200, NO_STORE),
    },
    {
      ...common,
      path: "/auth/refresh",
      summary: "New tokens for a refresh token, which is used up by it",
      description: "A refresh token that is used a second time ends its session.",
      body: { [JSON_TYPE]: RefreshBody },
      answers: granted,
      problems: [...GRANT_PROBLEMS, "invalid_json"],
      async handle(exchange) {
        const { refresh_token } = await readSmall(exchange.request, RefreshBody, limits);
        return exchange.json(await sessions.refresh(refresh_token), 200, NO_STORE);
      },
    },
    {
      ...common,
      path: "/auth/logout",
      access: "read",
      audit: "logout",
      summary: "Sign out: ends the session with all its tokens",
      answers: { 204: { description: "It is ended" } },
      problems: ["storage_unavailable"],
      async handle(exchange) {
        const { token } = exchange.principal!;
        if (!token) throw new Problem("forbidden", "there is no session to end; an API key is deleted instead");
        await sessions.end(token.id);
        return exchange.nothing();
      },
    },
    {
      ...common,
      method: "GET",
      path: "/auth/me",
      access: "read",
      summary: "Who asks, and what they may do",
      answers: { 200: { description: "The caller", content: { [JSON_TYPE]: Me } } },
      handle(exchange) {
        const { id, name, kind, scopes, streams, expires } = exchange.principal!;
        const expires_at = typeof expires === "number" ? isoTime(expires) : null;
        return exchange.json({ subject: id, name, kind, scopes, streams, expires_at }, 200, NO_STORE);
      },
    },
  ];
}

async function signIn(exchange: Exchange, { users, sessions, signIns }: Accounts, limits: Limits) {
  const { username, password } = await readForm(exchange.request, LoginForm, limits);
  // What is no name of a user stays out of the log: it may be a password that went into the wrong field.
  if (username === users.config.username) exchange.audited.target = `user:${username}`;
  const user = await signIns.run(username, exchange.address, () => users.signIn(username, password));
  if (user) {
    exchange.audited.actor = `user:${user.name}`;
    return await sessions.begin(user);
  }
  throw new Problem("invalid_credentials", "the name or the password is wrong", undefined, {
    "www-authenticate": 'Bearer realm="ncs"',
  });
}
