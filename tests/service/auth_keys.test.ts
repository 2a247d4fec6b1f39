/** API keys: made, used within their scopes and streams, deleted at once; and signing in. */
import { describe, it } from "node:test";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { isSame, randomText } from "../../src/service/auth/secrets.ts";
import { SCOPES } from "../../src/service/auth/principal.ts";
import { MemoryStore, type StoredApiKey } from "../../src/store/mod.ts";
import { askForKey, bearer, createAccountsApp, makeKey, outcome, signIn, withKey } from "./accounts.ts";
import { type Json, START } from "./app.ts";

const DAY = 24 * 3600_000;

describe("POST /auth/api-keys", () => {
  it("answers a key once, and keeps a digest of it alone", async () => {
    const store = new MemoryStore();
    const app = createAccountsApp({}, { store });
    const made = await makeKey(app, { name: "gateway", scopes: ["write"], streams: ["sensors"], expires_in_days: 2 });
    assertMatch(made.api_key, /^ncs_[A-Za-z0-9]{12}_[A-Za-z0-9]{43}$/);
    const { api_key, ...view } = made;
    assertEquals(view, {
      id: api_key.slice(4, 16),
      name: "gateway",
      prefix: api_key.slice(0, 16),
      scopes: ["write"],
      streams: ["sensors"],
      created_at: new Date(START).toISOString(),
      expires_at: new Date(START + 2 * DAY).toISOString(),
      last_used: null,
    });
    const [kept] = await store.apiKeys();
    assertMatch(kept.secretHash, /^[0-9a-f]{64}$/);
    assert(!JSON.stringify(kept).includes(api_key.slice(17)));
    const list = await (await app.request("/auth/api-keys", bearer((await signIn(app)).access_token))).json();
    assertEquals(list, { api_keys: [view] });
  });

  it("refuses what a key can not be, naming where", async () => {
    const app = createAccountsApp();
    const by = bearer((await signIn(app)).access_token);
    const good = { name: "k", scopes: ["read"] };
    const bad: Record<string, Json> = {
      "/name": { ...good, name: "a\nb" },
      "/scopes": { ...good, scopes: [] },
      "/scopes/0": { ...good, scopes: ["root"] },
      "/streams/0": { ...good, streams: ["../x"] },
      "/streams": { ...good, streams: [] },
      "/expires_in_days": { ...good, expires_in_days: 0 },
      "/expires_at": { ...good, expires_at: "2020-01-01T00:00:00Z" },
      "": { ...good, admin: true },
    };
    for (const [pointer, wanted] of Object.entries(bad)) {
      const response = await askForKey(app, by, wanted);
      assertEquals([response.status, (await response.json()).errors[0].pointer], [422, pointer]);
    }
    const both = { ...good, expires_at: "2030-01-01T00:00:00Z", expires_in_days: 1 };
    assertEquals(await outcome(askForKey(app, by, both)), [422, "invalid_body"]);
  });

  it("grants no more than its maker has", async () => {
    const app = createAccountsApp();
    const maker = withKey(
      (await makeKey(app, { scopes: ["admin"], streams: ["a", "b"], expires_in_days: 10 })).api_key,
    );
    const inherits = await (await askForKey(app, maker, { name: "k", scopes: ["admin"] })).json();
    assertEquals([inherits.streams, inherits.expires_at], [["a", "b"], new Date(START + 10 * DAY).toISOString()]);
    const less = await askForKey(app, maker, { name: "k", scopes: ["read"], streams: ["a"], expires_in_days: 9 });
    assertEquals(less.status, 201);
    for (const more of [{ streams: null }, { streams: ["a", "c"] }, { expires_in_days: 11 }]) {
      assertEquals(await outcome(askForKey(app, maker, { name: "k", scopes: ["read"], ...more })), [403, "forbidden"]);
    }
    for (const scope of ["read", "write"]) {
      const other = withKey((await makeKey(app, { scopes: [scope] })).api_key);
      assertEquals(await outcome(askForKey(app, other, { name: "k", scopes: ["read"] })), [403, "forbidden"]);
    }
  });

  it("shows and deletes through a key of some streams the keys of those alone", async () => {
    const app = createAccountsApp();
    const all = await makeKey(app, { name: "all" });
    const own = await makeKey(app, { name: "own", scopes: ["admin"], streams: ["a"] });
    const by = withKey(own.api_key);
    const { api_keys } = await (await app.request("/auth/api-keys", by)).json();
    assertEquals(api_keys.map((key: Json) => key.name), ["own"]);
    const remove = (id: string) => app.request(`/auth/api-keys/${id}`, { method: "DELETE", ...by });
    assertEquals(await outcome(remove(all.id)), [404, "api_key_not_found"]);
    assertEquals(await outcome(remove(own.id)), [204, undefined]);
    assertEquals(await outcome(remove(own.id)), [401, "invalid_credentials"]);
  });
});

describe("API keys", () => {
  it("hold in X-API-Key and as Bearer, until they expire", async () => {
    const app = createAccountsApp();
    const { api_key } = await makeKey(app, { expires_at: new Date(START + 5000).toISOString() });
    for (const head of [withKey(api_key), bearer(api_key)]) {
      const me = await (await app.request("/auth/me", head)).json();
      assertEquals([me.kind, me.name, me.scopes], ["key", "test", ["write"]]);
    }
    app.wait(5000);
    assertEquals(await outcome(app.request("/auth/me", withKey(api_key))), [401, "invalid_credentials"]);
  });

  it("are refused at once when they are deleted, though they were remembered", async () => {
    const app = createAccountsApp();
    const { id, api_key } = await makeKey(app);
    assertEquals((await app.request("/auth/me", withKey(api_key))).status, 200);
    const by = bearer((await signIn(app)).access_token);
    const remove = () => app.request(`/auth/api-keys/${id}`, { method: "DELETE", ...by });
    assertEquals(await outcome(remove()), [204, undefined]);
    assertEquals(await outcome(app.request("/auth/me", withKey(api_key))), [401, "invalid_credentials"]);
    assertEquals(await outcome(remove()), [404, "api_key_not_found"]);
  });

  it("are not remembered by a look that a deletion overtakes", async () => {
    const store = new MemoryStore();
    const app = createAccountsApp({}, { store });
    const { id, api_key } = await makeKey(app);
    const by = bearer((await signIn(app)).access_token);
    const { promise, resolve } = Promise.withResolvers<void>();
    const apiKey = store.apiKey.bind(store);
    store.apiKey = async (id): Promise<StoredApiKey | undefined> => {
      const key = await apiKey(id);
      await promise;
      return key;
    };
    const slow = app.request("/auth/me", withKey(api_key));
    assertEquals((await app.request(`/auth/api-keys/${id}`, { method: "DELETE", ...by })).status, 204);
    resolve();
    assertEquals((await slow).status, 401);
    assertEquals((await app.request("/auth/me", withKey(api_key))).status, 401);
  });

  it("deleted by another process are refused within half a minute", async () => {
    const store = new MemoryStore();
    const app = createAccountsApp({}, { store });
    const { id, api_key } = await makeKey(app);
    assertEquals((await app.request("/auth/me", withKey(api_key))).status, 200);
    await store.deleteApiKey(id);
    app.wait(30_000);
    assertEquals((await app.request("/auth/me", withKey(api_key))).status, 401);
  });

  it("deleted by another process are refused within half a minute though the clock is set back meanwhile", async () => {
    const store = new MemoryStore();
    let now = START, elapsed = 0;
    const clock = { now: () => now, elapsed: () => elapsed };
    const app = createAccountsApp({}, { store, more: { clock } });
    const { id, api_key } = await makeKey(app);
    assertEquals((await app.request("/auth/me", withKey(api_key))).status, 200);
    await store.deleteApiKey(id);
    now -= DAY;
    elapsed += 30_000;
    assertEquals((await app.request("/auth/me", withKey(api_key))).status, 401);
  });

  it("that are no keys are refused, all alike", async () => {
    const app = createAccountsApp();
    const { api_key } = await makeKey(app), other = await makeKey(app);
    await app.request("/auth/me", withKey(api_key));
    const swapped = api_key.slice(0, 17) + other.api_key.slice(17);
    const last = api_key.at(-1) === "A" ? "B" : "A";
    const bad = [swapped, api_key.slice(0, -1) + last, api_key.slice(0, -1), `${api_key}x`, api_key.slice(0, 17)];
    const details = new Set<string>();
    for (const key of [...bad, "ncs__", "__proto__", `ncs_${"0".repeat(12)}_${"0".repeat(43)}`, "x".repeat(5000)]) {
      const response = await app.request("/auth/me", withKey(key));
      assertEquals([key, response.status], [key, 401]);
      assert(response.headers.has("www-authenticate"));
      details.add((await response.json()).detail);
    }
    assertEquals(details.size, 1);
  });

  it("have their use noted, once a minute and without a request failing of it", async () => {
    const store = new MemoryStore();
    const app = createAccountsApp({}, { store });
    const { id, api_key } = await makeKey(app);
    const noted: number[] = [];
    store.noteApiKeyUse = (_id, time) => {
      noted.push(time - START);
      return Promise.reject(new Error("gone"));
    };
    for (const time of [0, 1000, 59_000, 1000, 1000]) {
      app.wait(time);
      assertEquals((await app.request("/auth/me", withKey(api_key))).status, 200);
    }
    assertEquals(noted, [0, 60_000]);
    assertStringIncludes(JSON.stringify(app.log), "use of an API key not noted");
    assertEquals((await store.apiKey(id))!.lastUsed, null);
  });
});

describe("every route", () => {
  it("that is not public takes its scope, and its stream, of tokens and keys", async () => {
    const app = createAccountsApp();
    const keys: Record<string, string> = {};
    for (const scope of SCOPES) keys[scope] = (await makeKey(app, { scopes: [scope] })).api_key;
    const foreign = (await makeKey(app, { scopes: ["admin"], streams: ["elsewhere"] })).api_key;
    const guarded = app.routes.filter((route) => route.access !== "public");
    assert(guarded.length > 15);
    for (const route of guarded) {
      const path = route.path.replace("{name}", "s").replace(/\{\w+\}/, "1");
      const ask = (headers: Record<string, string>) => app.request(path, { method: route.method, headers });
      const what = `${route.method} ${path}`;
      assertEquals([what, (await ask({ authorization: "" })).status], [what, 401]);
      assertEquals([what, (await ask({ "x-api-key": "YOUR_API_KEY" })).status], [what, 401]);
      for (const scope of SCOPES) {
        const isEnough = SCOPES.indexOf(scope) >= SCOPES.indexOf(route.access as typeof scope);
        // /auth/logout is for sessions, whatever a key may.
        if (isEnough && route.path === "/auth/logout") continue;
        const { status } = await ask({ "x-api-key": keys[scope] });
        assertEquals([what, scope, status === 403], [what, scope, !isEnough]);
      }
      if (route.isOfStream) assertEquals([what, (await ask({ "x-api-key": foreign })).status], [what, 403]);
    }
  });

  it("that is public is one of those that have to be", () => {
    // The WebSocket's handler authenticates by itself, once it is asked to upgrade.
    const open = createAccountsApp().routes.filter((route) => route.access === "public").map((route) => route.path);
    assertEquals(
      open.filter((path) =>
        !/^\/(api\/v1\/)?(health|auth\/(login|refresh)|metrics$|openapi\.json$|docs|ws\/stream$|$|console\/)/.test(path)
      ),
      [],
    );
  });
});

describe("isSame()", () => {
  it("tells texts apart wherever they differ", () => {
    assert(isSame("", "") && isSame("abc", "abc"));
    for (const other of ["", "ab", "abcd", "abd", "xbc", "ab\0"]) {
      assert(!isSame("abc", other) && !isSame(other, "abc"));
    }
  });

  it("takes as long wherever they differ", () => {
    const text = "x".repeat(100_000), early = `y${text.slice(1)}`, late = `${text.slice(1)}y`;
    const fastest = (other: string) => {
      let best = Infinity;
      for (let round = 0; round < 60; round++) {
        const began = performance.now();
        isSame(text, other);
        best = Math.min(best, performance.now() - began);
      }
      return best;
    };
    fastest(early);
    const [first, last] = [fastest(early), fastest(late)];
    assert(first > last / 3 && last > first / 3, `${first} and ${last} ms`);
  });
});

describe("randomText()", () => {
  it("has each letter and digit as often", () => {
    const counts = new Map<string, number>();
    for (let round = 0; round < 1000; round++) {
      for (const letter of randomText(62)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    assertEquals(counts.size, 62);
    for (const count of counts.values()) assert(count > 800 && count < 1200);
  });
});
