/** Signing in and keys, for tests. */
import type { Config } from "../../src/service/mod.ts";
import { createTestApp, type Json, jsonPost, type TestApp } from "./app.ts";

export const SECRET = "a key of the tests that is long enough";
export const ADMIN = { username: "admin", password: "correct horse battery" };

/** An app as in production; `auth` and the rest replace parts of its configuration. */
export function createAccountsApp(
  { auth, ...config }: Partial<Omit<Config, "auth">> & { auth?: Partial<Config["auth"]> } = {},
  also: Omit<NonNullable<Parameters<typeof createTestApp>[0]>, "config"> = {},
): TestApp {
  return createTestApp({
    ...also,
    config: {
      environment: "production",
      ...config,
      auth: {
        secretKey: SECRET,
        previousSecretKeys: [],
        admin: ADMIN,
        accessToken_ms: 30 * 60_000,
        refreshToken_ms: 7 * 24 * 3600_000,
        takesPlaceholders: false,
        ...auth,
      },
    },
  });
}

export function login(app: TestApp, password = ADMIN.password, username = ADMIN.username, address = "192.0.2.1") {
  const body = new URLSearchParams({ username, password });
  return app.request("/auth/login", { method: "POST", body }, { address });
}

/** The tokens of the administrator. */
export async function signIn(app: TestApp): Promise<Json> {
  return await (await login(app)).json();
}

export function bearer(token: string): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${token}` } };
}

export function withKey(apiKey: string): { headers: Record<string, string> } {
  return { headers: { "x-api-key": apiKey } };
}

export function refresh(app: TestApp, refresh_token: string): Promise<Response> {
  return app.request("/auth/refresh", jsonPost(JSON.stringify({ refresh_token })));
}

/** Asks for a key in the name of whoever has the heads. */
export function askForKey(app: TestApp, by: { headers: Record<string, string> }, wanted: Json): Promise<Response> {
  return app.request("/auth/api-keys", jsonPost(JSON.stringify(wanted), by.headers));
}

/** A key with its view, made by the administrator. */
export async function makeKey(app: TestApp, wanted: Json = {}): Promise<Json> {
  const { access_token } = await signIn(app);
  return await (await askForKey(app, bearer(access_token), { name: "test", scopes: ["write"], ...wanted })).json();
}

/** Status and code of an answer. */
export async function outcome(answer: Promise<Response>): Promise<[number, string | undefined]> {
  const response = await answer;
  const text = await response.text();
  return [response.status, text === "" ? undefined : JSON.parse(text).code];
}
