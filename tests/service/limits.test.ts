/** Limits: heads, refusals, whom a request is counted against, and whose address it is. */
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { addressGroup, clientAddress } from "../../src/service/limits/address.ts";
import { LocalCounter } from "../../src/service/limits/local.ts";
import { bearer, createAccountsApp, login, makeKey, signIn, withKey } from "./accounts.ts";
import { createTestApp } from "./app.ts";

const HEADS = ["limit", "remaining", "reset"].map((name) => `ratelimit-${name}`);

function headsOf({ headers }: Response): (string | null)[] {
  return HEADS.map((name) => headers.get(name));
}

describe("RATE_LIMIT_PER_MINUTE", () => {
  it("is told in heads, and refuses what is beyond it until the minute is over", async () => {
    const app = createTestApp({ config: { rateLimitPerMinute: 3 } });
    const ask = () => app.request("/api/v1/algorithm_status");
    assertEquals(headsOf(await ask()), ["3", "2", "60"]);
    app.wait(20_500);
    assertEquals(headsOf(await ask()), ["3", "1", "40"]);
    assertEquals(headsOf(await ask()), ["3", "0", "40"]);
    const refused = await ask();
    assertEquals([refused.status, (await refused.json()).code], [429, "rate_limited"]);
    assertEquals([...headsOf(refused), refused.headers.get("retry-after")], ["3", "0", "40", "40"]);
    app.wait(39_500);
    assertEquals(headsOf(await ask()), ["3", "2", "60"]);
  });

  it("counts each key and user by itself, from whatever address, and a refusal too", async () => {
    const app = createAccountsApp({ rateLimitPerMinute: 5 });
    const { access_token } = await signIn(app);
    const one = (await makeKey(app)).api_key, two = (await makeKey(app, { scopes: ["read"] })).api_key;
    const remaining = async (init: RequestInit, address: string, path = "/auth/me") =>
      headsOf(await app.request(path, init, { address }))[1];
    assertEquals(await remaining(withKey(one), "192.0.2.7"), "4");
    assertEquals(await remaining(withKey(one), "192.0.2.8"), "3");
    assertEquals(await remaining(withKey(two), "192.0.2.7"), "4");
    assertEquals(await remaining(withKey(two), "192.0.2.7", "/auth/api-keys"), "3");
    assertEquals(await remaining(bearer(access_token), "192.0.2.7"), "2");
  });

  it("counts what fails to say who asks against its address, and holds others up by nothing", async () => {
    const app = createAccountsApp({ rateLimitPerMinute: 3 });
    const { api_key } = await makeKey(app);
    const ask = async (key: string, address: string) =>
      (await app.request("/auth/me", withKey(key), { address })).status;
    const statuses = [];
    for (let attempt = 0; attempt < 5; attempt++) statuses.push(await ask(`wrong${attempt}`, "192.0.2.66"));
    assertEquals(statuses, [401, 401, 401, 429, 429]);
    assertEquals(await ask(api_key, "192.0.2.66"), 200);
    assertEquals(await ask("wrong", "192.0.2.67"), 401);
  });

  it("leaves probes alone, and everything where it is 0", async () => {
    const app = createTestApp({ config: { rateLimitPerMinute: 1 } });
    for (let probe = 0; probe < 3; probe++) assertEquals((await app.request("/health")).status, 200);
    const free = createTestApp({ config: { rateLimitPerMinute: 0 } });
    for (let ask = 0; ask < 3; ask++) {
      assertEquals(headsOf(await free.request("/auth/me")), [null, null, null]);
    }
  });
});

describe("LocalCounter", () => {
  const clock = { at: 0, now: () => 0, elapsed: () => clock.at };

  it("keeps as many keys as it may, and lets go of windows that ended", () => {
    const counter = new LocalCounter({ name: "t", max: 1, window_ms: 1000 }, clock, 3);
    for (const key of ["a", "b", "c"]) assert(!counter.take(key).isOver);
    assert(counter.take("a").isOver);
    counter.take("d");
    assert(!counter.take("a").isOver, "the oldest is let go of");
    clock.at = 1000;
    for (let key = 0; key < 100; key++) counter.take(`${key}`);
    assertEquals(counter.size <= 3, true);
  });
});

describe("clientAddress()", () => {
  it("believes as many proxies as are trusted, from the right", () => {
    const cases: [string | null, number, string][] = [
      ["1.1.1.1, 2.2.2.2", 0, "9.9.9.9"],
      [null, 1, "9.9.9.9"],
      ["6.6.6.6, 1.1.1.1", 1, "1.1.1.1"],
      ["6.6.6.6, 1.1.1.1, 2.2.2.2", 2, "1.1.1.1"],
      ["1.1.1.1", 2, "1.1.1.1"],
      ["6.6.6.6, <script>", 1, "9.9.9.9"],
      ["6.6.6.6, ", 1, "9.9.9.9"],
      ["1.1.1.1:4711", 1, "1.1.1.1"],
      ["[2001:db8::1]:443", 1, "2001:db8::1"],
      ["2001:db8::1", 1, "2001:db8::1"],
    ];
    for (const [forwarded, trusted, address] of cases) {
      assertEquals([forwarded, trusted, clientAddress("9.9.9.9", forwarded, trusted)], [forwarded, trusted, address]);
    }
  });

  it("is what is counted: a made-up X-Forwarded-For counts for nothing", async () => {
    for (const [trustedProxies, expected] of [[0, 429], [1, 401]] as const) {
      const app = createAccountsApp({ trustedProxies });
      const statuses = [];
      for (let fail = 0; fail < 6; fail++) {
        const body = new URLSearchParams({ username: "admin", password: "wrong" });
        const headers = { "x-forwarded-for": `192.0.2.${fail}` };
        statuses.push(
          (await app.request("/auth/login", { method: "POST", body, headers }, { address: "10.0.0.1" })).status,
        );
      }
      assertEquals([trustedProxies, statuses[5]], [trustedProxies, expected]);
      assertEquals((await login(app)).status, 200);
    }
  });
});

describe("addressGroup()", () => {
  it("is the address of IPv4 and the /64 of IPv6, however it is written", () => {
    const cases = {
      "192.0.2.1": "192.0.2.1",
      "::ffff:192.0.2.1": "192.0.2.1",
      "2001:db8:0:1::9": "2001:db8:0:1::/64",
      "2001:0DB8:0000:0001:1:2:3:4": "2001:db8:0:1::/64",
      "::1": "0:0:0:0::/64",
      "fe80::1%eth0": "fe80:0:0:0::/64",
      "unknown": "unknown",
    };
    for (const [address, group] of Object.entries(cases)) assertEquals(addressGroup(address), group);
  });
});
