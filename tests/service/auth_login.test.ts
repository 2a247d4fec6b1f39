/** Passwords and signing in. */
import { describe, it } from "node:test";
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { scryptHasher } from "../../src/hosts/scrypt.ts";
import { gated } from "../../src/service/auth/passwords.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { ADMIN, createAccountsApp, login, outcome, signIn } from "./accounts.ts";

const MINUTE = 60_000;

describe("scryptHasher()", () => {
  it("tells a password from others, and salts", async () => {
    const hasher = scryptHasher(4);
    const [one, two] = [await hasher.hash("a password"), await hasher.hash("a password")];
    assertNotEquals(one, two);
    for (const hash of [one, two]) {
      assert(await hasher.verify("a password", hash));
      assert(!await hasher.verify("a passwore", hash));
    }
    assert(await hasher.verify("caf\u0065\u0301", await hasher.hash("caf\u00e9")));
  });

  it("takes the costs from the hash, within bounds, and no hash that is none", async () => {
    const hash = await scryptHasher(5).hash("p");
    assertMatch(hash, /^\$scrypt\$ln=5,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    assert(await scryptHasher(4).verify("p", hash));
    for (
      const bad of [
        "",
        "p",
        hash.slice(0, -1),
        hash.replace("ln=5", "ln=30"),
        hash.replace("r=8", "r=9"),
        hash.replace("p=1", "p=99"),
      ]
    ) {
      assert(!await scryptHasher(4).verify("p", bad));
    }
  });

  it("runs as many lanes as it is told, and as the hash says", async () => {
    const hash = await scryptHasher(4, 5).hash("p");
    assertStringIncludes(hash, "ln=4,r=8,p=5");
    assert(await scryptHasher(4).verify("p", hash));
    assert(!await scryptHasher(4).verify("p", hash.replace("p=5", "p=4")));
  });

  it("costs 128 MiB, off the main thread", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const hash = await scryptHasher().hash("p");
    clearInterval(timer);
    assertStringIncludes(hash, "ln=17,r=8,p=1");
    assert(ticks >= 3, `${ticks} ticks`);
  });
});

describe("gated()", () => {
  it("runs two at once, lets 32 wait, and refuses more", async () => {
    let active = 0, most = 0;
    const release: (() => void)[] = [];
    const hasher = gated({
      hash: async () => {
        most = Math.max(most, ++active);
        await new Promise<void>((resolve) => release.push(resolve));
        active--;
        return "";
      },
      verify: () => Promise.resolve(true),
    });
    const all = Array.from({ length: 36 }, () => hasher.hash("").then(() => "done", (problem) => problem.code));
    while (release.length > 0) {
      release.shift()!();
      await new Promise((resolve) => setTimeout(resolve));
    }
    const ends = await Promise.all(all);
    assertEquals([most, ends.filter((end) => end === "done").length], [2, 34]);
    assertEquals(ends.slice(-2), ["overloaded", "overloaded"]);
  });
});

describe("POST /auth/login", () => {
  it("refuses a wrong password and an unknown name alike", async () => {
    const app = createAccountsApp();
    const [wrong, unknown] = [await login(app, "wrong"), await login(app, ADMIN.password, "nobody")];
    for (const response of [wrong, unknown]) {
      assertEquals(response.status, 401);
      assertEquals(response.headers.get("www-authenticate"), 'Bearer realm="ncs"');
    }
    assertEquals((await wrong.json()).detail, (await unknown.json()).detail);
  });

  it("hashes once whether the name is known or not", async () => {
    const app = createAccountsApp({}, { passwords: counting() });
    await signIn(app);
    const before = verified;
    await login(app, "wrong");
    assertEquals(verified - before, 1);
    await login(app, "wrong", "nobody");
    assertEquals(verified - before, 2);
  });

  it("takes forms alone, with more fields than it knows, and shows no password", async () => {
    const app = createAccountsApp();
    const post = (body: string, type = "application/x-www-form-urlencoded") =>
      app.request("/auth/login", { method: "POST", body, headers: { "content-type": type } });
    const password = encodeURIComponent(ADMIN.password);
    assertEquals((await post(`grant_type=password&scope=&username=admin&password=${password}`)).status, 200);
    assertEquals(await outcome(post("{}", "application/json")), [415, "unsupported_media_type"]);
    assertEquals(await outcome(post("username=admin")), [422, "invalid_body"]);
    assertEquals(await outcome(post(`username=admin&password=a&password=${password}`)), [422, "invalid_body"]);
    assertEquals(await outcome(post(`username=admin&password=${"x".repeat(20_000)}`)), [413, "body_too_large"]);
    const long = await post(`username=admin&password=${"secret".repeat(400)}`);
    assertEquals(long.status, 422);
    assert(!(await long.text()).includes("secret"));
  });

  it("lets five fail for a name and address in a quarter of an hour, and forgets them with one that succeeds", async () => {
    const app = createAccountsApp();
    for (let round = 0; round < 2; round++) {
      for (let fail = 0; fail < 4; fail++) assertEquals((await login(app, "wrong")).status, 401);
      assertEquals((await login(app)).status, 200);
    }
    for (let fail = 0; fail < 5; fail++) assertEquals((await login(app, "wrong")).status, 401);
    app.wait(MINUTE);
    const refused = await login(app);
    assertEquals([refused.status, refused.headers.get("retry-after")], [429, String(14 * 60)]);
    assertEquals((await login(app, ADMIN.password, "admin", "192.0.2.2")).status, 200);
    app.wait(14 * MINUTE);
    assertEquals((await login(app)).status, 200);
  });

  it("lets fifty fail for an address in an hour whatever the names, and as many at once", async () => {
    const app = createAccountsApp();
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => login(app, "wrong", `user${i}`)));
    assertEquals(answers.filter(({ status }) => status === 401).length, 30);
    for (let fail = 30; fail < 50; fail++) assertEquals((await login(app, "wrong", `user${fail}`)).status, 401);
    assertEquals(await outcome(login(app)), [429, "rate_limited"]);
    assertEquals((await login(app, ADMIN.password, "admin", "2001:db8::1")).status, 200);
  });

  it("counts an IPv6 address by its /64", async () => {
    const app = createAccountsApp();
    for (let fail = 0; fail < 5; fail++) await login(app, "wrong", "admin", `2001:db8::${fail}`);
    assertEquals((await login(app, ADMIN.password, "admin", "2001:DB8:0:0:1::9")).status, 429);
    assertEquals((await login(app, ADMIN.password, "admin", "2001:db8:0:1::9")).status, 200);
  });
});

describe("the administrator", () => {
  it("is stored at start, and hashed anew only where the password is another", async () => {
    const store = new MemoryStore();
    await signIn(createAccountsApp({}, { store }));
    const { passwordHash, created } = (await store.user("admin"))!;
    assert(!passwordHash.includes(ADMIN.password));
    await signIn(createAccountsApp({}, { store }));
    assertEquals((await store.user("admin"))!.passwordHash, passwordHash);
    const changed = createAccountsApp({ auth: { admin: { ...ADMIN, password: "another password" } } }, { store });
    assertEquals((await login(changed)).status, 401);
    assertEquals((await login(changed, "another password")).status, 200);
    assertNotEquals((await store.user("admin"))!.passwordHash, passwordHash);
    assertEquals((await store.user("admin"))!.created, created);
  });

  it("of before signs in no more under a name that is not configured", async () => {
    const store = new MemoryStore();
    await signIn(createAccountsApp({}, { store }));
    const renamed = createAccountsApp({ auth: { admin: { ...ADMIN, username: "root" } } }, { store });
    assertEquals((await login(renamed)).status, 401);
    assertEquals((await login(renamed, ADMIN.password, "root")).status, 200);
  });

  it("is stored by the next sign-in where the store failed at start", async () => {
    const store = new MemoryStore();
    const user = store.user;
    store.user = () => Promise.reject(new Error("gone"));
    const app = createAccountsApp({}, { store });
    assertEquals(await outcome(login(app)), [503, "storage_unavailable"]);
    store.user = user;
    assertEquals((await login(app)).status, 200);
  });
});

let verified = 0;

/** A hasher that counts what it verifies. */
function counting() {
  const hasher = scryptHasher(4);
  return {
    hash: hasher.hash,
    verify: (password: string, hash: string) => {
      verified++;
      return hasher.verify(password, hash);
    },
  };
}
