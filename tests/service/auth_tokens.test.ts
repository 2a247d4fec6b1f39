/** Tokens: what is taken, what is forged, what is revoked. */
import { describe, it } from "node:test";
import { SignJWT, UnsecuredJWT } from "jose";
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { MemoryStore } from "../../src/store/mod.ts";
import { ADMIN, bearer, createAccountsApp, login, outcome, refresh, SECRET, signIn, withKey } from "./accounts.ts";
import { jsonPost, START } from "./app.ts";

const MINUTE = 60_000;
const octets = (key: string) => new TextEncoder().encode(key);
const decode = (part: string) => JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/")));
const encode = (value: unknown) =>
  btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** A token like those of the server, parts of it replaced. */
function forge(set: { key?: string; alg?: string; typ?: string; claims?: Record<string, unknown> } = {}) {
  const now = START / 1000 | 0;
  const claims = {
    iss: "neurocluster-streamer",
    aud: "ncs-api",
    sub: "admin",
    jti: "1",
    sid: "2",
    scopes: ["admin"],
    iat: now,
    exp: now + 60,
    ...set.claims,
  };
  return new SignJWT(claims).setProtectedHeader({ alg: set.alg ?? "HS256", typ: set.typ ?? "at+jwt" }).sign(
    octets(set.key ?? SECRET),
  );
}

describe("access tokens", () => {
  it("tell who asks", async () => {
    const app = createAccountsApp();
    const response = await login(app);
    assertEquals(response.headers.get("cache-control"), "no-store");
    const grant = await response.json();
    assertEquals([grant.token_type, grant.expires_in], ["bearer", 1800]);
    const me = await (await app.request("/auth/me", bearer(grant.access_token))).json();
    assertEquals(me, {
      subject: "user:admin",
      name: "admin",
      kind: "user",
      scopes: ["admin"],
      streams: null,
      expires_at: new Date(Math.floor(START / 1000) * 1000 + 30 * MINUTE).toISOString(),
    });
  });

  it("hold until they expire, remembered or not", async () => {
    const app = createAccountsApp();
    const { access_token } = await signIn(app);
    app.wait(29 * MINUTE);
    assertEquals((await app.request("/auth/me", bearer(access_token))).status, 200);
    app.wait(MINUTE);
    assertEquals(await outcome(app.request("/auth/me", bearer(access_token))), [401, "invalid_credentials"]);
    assertEquals(await outcome(createLater().request("/auth/me", bearer(access_token))), [401, "invalid_credentials"]);
  });

  it("that are forged are refused, each for what is wrong with it", async () => {
    const app = createAccountsApp();
    assertEquals((await app.request("/auth/me", bearer(await forge()))).status, 200);
    const past = START / 1000 - 120 | 0;
    const { access_token, refresh_token } = await signIn(app);
    const [head, payload, signature] = access_token.split(".");
    const tampered = encode({ ...decode(payload), sub: "root" });
    const forged = {
      "of a foreign key": await forge({ key: `${SECRET}!` }),
      "of an empty key": await new SignJWT({}).setProtectedHeader({ alg: "HS256" }).sign(octets("\0")),
      "expired": await forge({ claims: { iat: past, exp: past + 60 } }),
      "without an end": await forge({ claims: { exp: undefined } }),
      "not yet valid": await forge({ claims: { nbf: START / 1000 + 3600 | 0 } }),
      "of another issuer": await forge({ claims: { iss: "somebody" } }),
      "for another audience": await forge({ claims: { aud: "others" } }),
      "without an id": await forge({ claims: { jti: undefined } }),
      "without a session": await forge({ claims: { sid: undefined } }),
      "of another algorithm": await forge({ alg: "HS512", key: SECRET.repeat(2) }),
      "of another type": await forge({ typ: "JWT" }),
      "a refresh token": refresh_token,
      "unsigned": new UnsecuredJWT(decode(payload)).encode(),
      "alg none with a signature": [encode({ alg: "none", typ: "at+jwt" }), payload, signature].join("."),
      "tampered": [head, tampered, signature].join("."),
      "without a signature": `${head}.${payload}.`,
      "cut": access_token.slice(0, -1),
      "longer than any": `${access_token}${"x".repeat(10_000)}`,
      "no token": "abc",
    };
    for (const [kind, token] of Object.entries(forged)) {
      const response = await app.request("/auth/me", bearer(token));
      assertEquals([kind, response.status, (await response.json()).code], [kind, 401, "invalid_credentials"]);
      assertEquals(response.headers.get("www-authenticate"), 'Bearer realm="ncs", error="invalid_token"');
    }
  });

  it("are taken from one header of the right form alone", async () => {
    const app = createAccountsApp();
    const { access_token } = await signIn(app);
    const ask = (authorization: string) => app.request("/auth/me", { headers: { authorization } });
    assertEquals((await ask(`bearer  ${access_token}`)).status, 200);
    const bad = ["", "Bearer", access_token, `Basic ${access_token}`, `Bearer ${access_token}, Bearer ${access_token}`];
    for (const value of [...bad, `Bearer ${access_token} x`, `Bearer x,${access_token}`]) {
      assertEquals([value, (await ask(value)).status], [value, 401]);
    }
  });

  it("of a key used before hold until they expire, and of one dropped no more", async () => {
    const old = "the key that was in use before this";
    const { access_token } = await signIn(createAccountsApp({ auth: { secretKey: old } }));
    const rotated = createAccountsApp({ auth: { previousSecretKeys: ["another one of the keys before", old] } });
    assertEquals((await rotated.request("/auth/me", bearer(access_token))).status, 200);
    const { access_token: anew } = await signIn(rotated);
    assertEquals((await createAccountsApp().request("/auth/me", bearer(anew))).status, 200);
    assertEquals((await createAccountsApp().request("/auth/me", bearer(access_token))).status, 401);
  });

  it("are not taken before what is revoked is known", async () => {
    const store = new MemoryStore();
    const app = createAccountsApp({}, { store });
    const { access_token } = await signIn(app);
    await app.request("/auth/logout", { method: "POST", ...bearer(access_token) });
    const again = createAccountsApp({}, { store });
    assertEquals(await outcome(again.request("/auth/me", bearer(access_token))), [401, "invalid_credentials"]);
    store.revokedTokens = () => Promise.reject(new Error("gone"));
    const blind = createAccountsApp({}, { store });
    assertEquals(await outcome(blind.request("/auth/me", bearer(access_token))), [503, "storage_unavailable"]);
  });
});

describe("POST /auth/logout", () => {
  it("ends the session at once, though its tokens are remembered, and no other session", async () => {
    const app = createAccountsApp();
    const [first, second] = [await signIn(app), await signIn(app)];
    const renewed = await (await refresh(app, first.refresh_token)).json();
    for (const { access_token } of [first, renewed]) {
      assertEquals((await app.request("/auth/me", bearer(access_token))).status, 200);
    }
    const response = await app.request("/auth/logout", { method: "POST", ...bearer(first.access_token) });
    assertEquals(response.status, 204);
    for (const { access_token } of [first, renewed]) {
      assertEquals(await outcome(app.request("/auth/me", bearer(access_token))), [401, "invalid_credentials"]);
    }
    assertEquals(await outcome(refresh(app, renewed.refresh_token)), [401, "invalid_credentials"]);
    assertEquals((await app.request("/auth/me", bearer(second.access_token))).status, 200);
  });

  it("ends the session here even where the store cannot keep that, and says so", async () => {
    const store = new MemoryStore();
    store.revokeToken = () => Promise.reject(new Error("gone"));
    const app = createAccountsApp({}, { store });
    const { access_token } = await signIn(app);
    const logout = () => app.request("/auth/logout", { method: "POST", ...bearer(access_token) });
    assertEquals(await outcome(logout()), [503, "storage_unavailable"]);
    assertEquals(await outcome(logout()), [401, "invalid_credentials"]);
  });
});

describe("POST /auth/refresh", () => {
  it("gives new tokens for a refresh token, once", async () => {
    const app = createAccountsApp();
    const first = await signIn(app);
    app.wait(6 * 24 * 60 * MINUTE);
    const second = await (await refresh(app, first.refresh_token)).json();
    assertNotEquals(second.access_token, first.access_token);
    assertEquals((await app.request("/auth/me", bearer(second.access_token))).status, 200);
    app.wait(6 * 24 * 60 * MINUTE);
    assertEquals((await refresh(app, second.refresh_token)).status, 200);
  });

  it("ends the session where a refresh token comes a second time", async () => {
    const app = createAccountsApp();
    const stolen = await signIn(app);
    const mine = await (await refresh(app, stolen.refresh_token)).json();
    assertEquals(await outcome(refresh(app, stolen.refresh_token)), [401, "invalid_credentials"]);
    assertEquals(await outcome(refresh(app, mine.refresh_token)), [401, "invalid_credentials"]);
    assertEquals((await app.request("/auth/me", bearer(mine.access_token))).status, 401);
  });

  it("gives tokens to one of many that come at once", async () => {
    const app = createAccountsApp();
    const { refresh_token } = await signIn(app);
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async () => (await refresh(app, refresh_token)).status),
    );
    assertEquals(statuses.filter((status) => status === 200).length, 1);
  });

  it("takes no access token, none that expired, and none from before the password was changed", async () => {
    const store = new MemoryStore();
    const app = createAccountsApp({}, { store });
    const { access_token, refresh_token } = await signIn(app);
    assertEquals(await outcome(refresh(app, access_token)), [401, "invalid_credentials"]);
    const changed = createAccountsApp({ auth: { admin: { ...ADMIN, password: "another password" } } }, { store });
    assertEquals((await login(changed)).status, 401);
    assertEquals(await outcome(refresh(changed, refresh_token)), [401, "invalid_credentials"]);
    const late = createAccountsApp();
    const { refresh_token: old } = await signIn(late);
    late.wait(7 * 24 * 60 * MINUTE);
    assertEquals(await outcome(refresh(late, old)), [401, "invalid_credentials"]);
  });

  it("does not use the token up where the store fails", async () => {
    const store = new MemoryStore();
    const app = createAccountsApp({}, { store });
    const { refresh_token } = await signIn(app);
    const revokeToken = store.revokeToken;
    store.revokeToken = () => Promise.reject(new Error("gone"));
    assertEquals(await outcome(refresh(app, refresh_token)), [503, "storage_unavailable"]);
    store.revokeToken = revokeToken;
    assertEquals((await refresh(app, refresh_token)).status, 200);
  });

  it("names each fault of its body", async () => {
    const app = createAccountsApp();
    assertEquals(await outcome(app.request("/auth/refresh", jsonPost("{}"))), [422, "invalid_body"]);
    assertEquals(await outcome(app.request("/auth/refresh", jsonPost("{"))), [400, "invalid_json"]);
  });
});

describe("who does not say who asks", () => {
  it("is told how, and nothing else", async () => {
    const app = createAccountsApp();
    const response = await app.request("/auth/me", { headers: { "x-api-key": "" } });
    assertEquals(response.status, 401);
    assertMatch(response.headers.get("www-authenticate")!, /^Bearer realm="ncs"/);
    assertStringIncludes((await response.json()).detail, "API key");
  });

  it("may use the placeholders of the documentation in development alone", async () => {
    const ask = (takesPlaceholders: boolean, headers: Record<string, string>) =>
      createAccountsApp({ auth: { takesPlaceholders } }).request("/auth/me", { headers });
    for (const { headers } of [withKey("YOUR_API_KEY"), bearer("...")]) {
      assertEquals((await ask(true, headers)).status, 200);
      assertEquals((await ask(false, headers)).status, 401);
    }
  });

  it("finds no secret in the log", async () => {
    const app = createAccountsApp({ isDebug: true });
    const grant = await signIn(app);
    await app.request("/auth/me", bearer(grant.access_token));
    await login(app, "a wrong password");
    const log = JSON.stringify(app.log);
    assert(app.log.length >= 3);
    for (const secret of [grant.access_token, grant.refresh_token, ADMIN.password, "a wrong password", SECRET]) {
      assert(!log.includes(secret));
    }
  });
});

/** Another server, half an hour later. */
function createLater() {
  const later = createAccountsApp();
  later.wait(30 * MINUTE);
  return later;
}
