/** Two servers that share a real Redis: limits count together, what one revokes the other refuses, and Redis may go. */
import { after, afterEach, before, describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { HAS_REDIS, Redis } from "../../deploy/local/redis.ts";
import { until } from "../../deploy/local/wait.ts";
import { connect } from "../../src/redis/connection.ts";
import { shareOverRedis } from "../../src/redis/mod.ts";
import type { Shared } from "../../src/service/mod.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { bearer, createAccountsApp, login, makeKey, outcome, refresh, signIn, withKey } from "./accounts.ts";
import type { TestApp } from "./app.ts";

const LOG = { info() {}, warn() {}, error() {} };

describe("servers that share Redis", { skip: HAS_REDIS ? false : "redis-server is not installed" }, () => {
  let redis: Redis;
  const opened: { app: TestApp; shared: Shared }[] = [];

  before(async () => {
    redis = await Redis.start();
  });
  afterEach(async () => {
    for (const { app, shared } of opened.splice(0)) {
      await app.close();
      shared.close();
    }
    if (!redis.isRunning) await redis.run();
  });
  after(async () => {
    await redis.stop();
  });

  /** A server of its own store and memory: what it knows of the other it knows by Redis. */
  async function open(rateLimitPerMinute = 0, store = new MemoryStore()): Promise<TestApp> {
    const shared = shareOverRedis(redis.url, LOG);
    // The clock of now, for ends in Redis are real times.
    const app = createAccountsApp({ rateLimitPerMinute }, { shared, store });
    app.wait(Date.now() - Date.parse("2026-01-02T03:04:05.678Z"));
    opened.push({ app, shared });
    if (redis.isRunning) await until(() => shared.probe().then(() => true, () => false));
    return app;
  }

  const redisOf = async (app: TestApp) => (await app.get("/health")).components.redis.status;

  it("count requests and failed sign-ins together", async () => {
    const [one, two] = [await open(4), await open(4)];
    const address = "192.0.2.200";
    const ask = async (app: TestApp) => {
      const response = await app.request("/auth/me", withKey("wrong"), { address });
      return [response.status, response.headers.get("ratelimit-remaining")];
    };
    assertEquals([await ask(one), await ask(two), await ask(one)], [[401, "3"], [401, "2"], [401, "1"]]);
    assertEquals([await ask(two), await ask(two), await ask(one)], [[401, "0"], [429, "0"], [429, "0"]]);
    const refused = await one.request("/auth/me", withKey("wrong"), { address });
    const wait_s = Number(refused.headers.get("retry-after"));
    assert(wait_s > 0 && wait_s <= 60);

    const [three, four] = [await open(), await open()];
    for (const app of [three, four, three, four, three]) {
      assertEquals((await login(app, "wrong", "admin", address)).status, 401);
    }
    assertEquals((await login(four, undefined, "admin", address)).status, 429);
  });

  it("refuse at once a session that the other ended, and a key that the other deleted", async () => {
    const store = new MemoryStore();
    const [one, two] = [await open(0, store), await open(0, store)];
    const grant = await signIn(one);
    const { id, api_key } = await makeKey(one);
    const by = bearer((await signIn(one)).access_token);
    for (const head of [bearer(grant.access_token), withKey(api_key)]) {
      assertEquals((await two.request("/auth/me", head)).status, 200);
    }
    assertEquals((await one.request("/auth/logout", { method: "POST", ...bearer(grant.access_token) })).status, 204);
    assertEquals((await one.request(`/auth/api-keys/${id}`, { method: "DELETE", ...by })).status, 204);
    const began = performance.now();
    for (const head of [bearer(grant.access_token), withKey(api_key)]) {
      await until(async () => (await two.request("/auth/me", head)).status === 401);
    }
    assert(performance.now() - began < 1000);
  });

  it("let a refresh token be used on one of them alone", async () => {
    const store = new MemoryStore();
    const [one, two] = [await open(0, store), await open(0, store)];
    const { refresh_token } = await signIn(one);
    const statuses = await Promise.all([one, two].map(async (app) => (await refresh(app, refresh_token)).status));
    assertEquals(statuses.sort(), [200, 401]);
  });

  it("pass over what others write on their channels, say so in the log, and hear the next news", async () => {
    const warnings: unknown[] = [];
    const shared = shareOverRedis(redis.url, { ...LOG, warn: (_message, fields) => warnings.push(fields?.channel) });
    const told: string[] = [];
    shared.revocations.listen({ revoked: (id) => told.push(id), deleted: () => {} });
    shared.events!.receive((stream) => told.push(stream));
    await until(() => shared.probe().then(() => true, () => false));
    const stranger = connect(redis.url);
    try {
      const channels = ["ncs:revocations", "ncs:events"];
      await until(async () => await stranger.publish(channels[0], "{").catch(() => 0) === 1);
      await until(async () => await stranger.publish(channels[1], "null").catch(() => 0) === 1);
      await stranger.publish(channels[0], JSON.stringify({ revoked: 7 }));
      await shared.revocations.tellRevoked("session-1", Date.now() + 60_000);
      shared.events!.send("default", []);
      await until(() => Promise.resolve(["default", "session-1"].every((news) => told.includes(news))));
      assertEquals(warnings.sort(), ["ncs:events", "ncs:revocations", "ncs:revocations"]);
    } finally {
      stranger.disconnect();
      shared.close();
    }
  });

  it("tell a server that starts later what has been revoked", async () => {
    const one = await open();
    const { access_token } = await signIn(one);
    assertEquals((await (await open()).request("/auth/me", bearer(access_token))).status, 200);
    await one.request("/auth/logout", { method: "POST", ...bearer(access_token) });
    const late = await open();
    await until(async () => (await late.request("/auth/me", bearer(access_token))).status === 401);
  });

  it("go on without it, and with it when it is back", async () => {
    const [one, two] = [await open(3), await open(3)];
    assertEquals([(await one.get("/health")).status, await redisOf(one)], ["healthy", "healthy"]);
    const { access_token } = await signIn(one);
    assertEquals((await two.request("/auth/me", bearer(access_token))).status, 200);
    await redis.stop();
    one.wait(1000);
    const health = await one.request("/health");
    const { status, components } = await health.json();
    assertEquals([health.status, status, components.redis.status], [200, "degraded", "failing"]);
    const began = performance.now();
    const answers = [];
    for (let ask = 0; ask < 4; ask++) {
      answers.push((await one.request("/auth/me", withKey("wrong"), { address: "192.0.2.201" })).status);
    }
    assertEquals(answers, [401, 401, 401, 429]);
    assertEquals((await one.request("/auth/logout", { method: "POST", ...bearer(access_token) })).status, 204);
    assert(performance.now() - began < 1000);
    assertEquals((await one.request("/auth/me", bearer(access_token))).status, 401);
    await redis.run();
    await until(async () => {
      one.wait(1000);
      return await redisOf(one) === "healthy";
    });
    // What could not be told is told now.
    await until(async () => (await two.request("/auth/me", bearer(access_token))).status === 401);
  });

  it("wait for a Redis that hangs no longer than a command may take, and then not at all", async () => {
    const app = await open(1000);
    const { api_key } = await makeKey(app);
    await app.request("/auth/me", withKey(api_key));
    redis.freeze();
    try {
      const time_ms = async () => {
        const began = performance.now();
        assertEquals((await app.request("/auth/me", withKey(api_key))).status, 200);
        return performance.now() - began;
      };
      const first = await time_ms(), second = await time_ms();
      assert(first < 600 && second < 100, `${first}, ${second} ms`);
    } finally {
      redis.thaw();
    }
  });

  it("start without it", async () => {
    await redis.stop();
    const app = await open(2);
    assertEquals(await outcome(login(app)), [200, undefined]);
    assertEquals(await redisOf(app), "failing");
  });
});
