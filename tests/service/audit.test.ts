/** The audit log: who did what, when, on what, from where, with which result. */
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { readConfig } from "../../src/service/mod.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { ADMIN, askForKey, bearer, createAccountsApp, login, makeKey, signIn, withKey } from "./accounts.ts";
import { type Json, jsonPost, octetPost, START, type TestApp } from "./app.ts";

type Heads = { headers: Record<string, string> };

async function admin(app: TestApp): Promise<Heads> {
  return bearer((await signIn(app)).access_token);
}

async function records(app: TestApp, by: Heads, query = ""): Promise<Json[]> {
  const response = await app.request(`/api/v1/audit${query}`, by);
  assertEquals(response.status, 200);
  return (await response.json()).records;
}

const brief = (all: Json[]) => all.map(({ actor, action, target, result }) => [actor, action, target, result]);
const json = (value: unknown, by: Heads, method = "POST") => ({
  ...jsonPost(JSON.stringify(value), by.headers),
  method,
});

describe("GET /api/v1/audit", () => {
  it("has what was done to keys and streams, by whom, on what, from where, the newest first", async () => {
    const app = createAccountsApp(), by = await admin(app), connection = { address: "198.51.100.7" };
    const { id } = await (await askForKey(app, by, { name: "n", scopes: ["write"] })).json();
    await app.request("/api/v1/streams", json({ name: "a", dims: 1 }, by), connection);
    await app.request("/api/v1/streams/a", json({ parameters: { outlier_threshold: 0.6 } }, by, "PATCH"));
    await app.request("/api/v1/streams/a/process_points", json({ points: [[1], [2]] }, by));
    const snapshot = await (await app.request("/api/v1/streams/a/snapshot", by)).arrayBuffer();
    await app.request("/api/v1/streams/a/snapshot", octetPost(snapshot, by.headers));
    await app.request("/api/v1/streams/a/merge", octetPost(snapshot, by.headers));
    await app.request("/api/v1/streams/a", { method: "DELETE", ...by });
    await app.request(`/auth/api-keys/${id}`, { method: "DELETE", ...by });
    const all = await records(app, by);
    assertEquals(brief(all), [
      ["user:admin", "api_key.delete", `key:${id}`, "ok"],
      ["user:admin", "stream.delete", "a", "ok"],
      ["user:admin", "snapshot.merge", "a", "ok"],
      ["user:admin", "snapshot.restore", "a", "ok"],
      ["user:admin", "stream.configure", "a", "ok"],
      ["user:admin", "stream.create", "a", "ok"],
      ["user:admin", "api_key.create", `key:${id}`, "ok"],
      ["user:admin", "login", "user:admin", "ok"],
    ]);
    assertEquals([all[5].address, all[5].time], ["198.51.100.7", new Date(START).toISOString()]);
    const lines = app.log.filter(({ message }) => message === "audit");
    assertEquals(brief(lines), brief(all).toReversed());
    assertEquals(lines.map(({ request_id }) => request_id), all.map(({ request_id }) => request_id).toReversed());
  });

  it("has sign-ins that failed and who signed out; a name that is no user's is nowhere kept", async () => {
    const app = createAccountsApp();
    await login(app, "wrong");
    await login(app, "wrong", "my pass phrase");
    const by = await admin(app);
    await app.request("/auth/logout", { method: "POST", ...by });
    assertEquals(brief(await records(app, await admin(app))).slice(1), [
      ["user:admin", "logout", null, "ok"],
      ["user:admin", "login", "user:admin", "ok"],
      [null, "login", null, "invalid_credentials"],
      [null, "login", "user:admin", "invalid_credentials"],
    ]);
    assert(!JSON.stringify(app.log).includes("my pass phrase"));
  });

  it("has what was refused to a key, by the code of the problem, and nothing of strangers", async () => {
    const app = createAccountsApp(), by = await admin(app);
    const { id, api_key } = await makeKey(app, { name: "n", scopes: ["write"], streams: ["a"] });
    await app.request("/api/v1/streams", json({ name: "b" }, withKey(api_key)));
    await app.request("/api/v1/streams/a", { method: "DELETE", ...withKey(api_key) });
    await app.request("/api/v1/streams/a", { method: "DELETE", ...bearer("forged") });
    await app.request("/auth/login", { method: "POST", body: new URLSearchParams({ username: "x" }) });
    assertEquals(brief(await records(app, by, `?actor=key:${id}`)), [
      [`key:${id}`, "stream.delete", "a", "forbidden"],
      [`key:${id}`, "stream.create", "b", "forbidden"],
    ]);
    assertEquals(await records(app, by, "?action=login").then(brief), [
      ["user:admin", "login", "user:admin", "ok"],
      ["user:admin", "login", "user:admin", "ok"],
    ]);
  });

  it("has as much as tells of a target that is no name, and nothing that a store may not take", async () => {
    const app = createAccountsApp(), by = await admin(app);
    await app.request(`/api/v1/streams/%00${"x".repeat(50_000)}`, { method: "DELETE", ...by });
    await app.request(`/auth/api-keys/${"y".repeat(50_000)}`, { method: "DELETE", ...by });
    const [key, stream] = await records(app, by);
    assertEquals([key.target, key.result], [`key:${"y".repeat(96)}`, "api_key_not_found"]);
    assertEquals([stream.target, stream.result], [`\uFFFD${"x".repeat(99)}`, "stream_not_found"]);
  });

  it("filters by actor, action and time, a page at a time", async () => {
    const app = createAccountsApp(), by = await admin(app);
    for (const name of ["a", "b", "c"]) {
      app.wait(1000);
      await app.request("/api/v1/streams", json({ name }, by));
    }
    const at = (seconds: number) => encodeURIComponent(new Date(START + 1000 * seconds).toISOString());
    const targets = async (query: string) => (await records(app, by, query)).map(({ target }) => target);
    assertEquals(await targets(`?since=${at(1)}&until=${at(3)}`), ["b", "a"]);
    assertEquals(await targets("?action=stream.create&actor=user:admin"), ["c", "b", "a"]);
    assertEquals(await targets("?actor=user:nobody"), []);
    const first = await (await app.request("/api/v1/audit?action=stream.create&limit=2", by)).json();
    assertEquals(first.records.map(({ target }: Json) => target), ["c", "b"]);
    const last = await (await app.request(`/api/v1/audit?action=stream.create&before=${first.next_before}`, by)).json();
    assertEquals([last.records.map(({ target }: Json) => target), last.next_before], [["a"], null]);
    for (const query of ["?action=x", "?since=yesterday", "?actor=%00", "?limit=0", "?who=me"]) {
      assertEquals((await app.request(`/api/v1/audit${query}`, by)).status, 422, query);
    }
  });

  it("is for administrators of all streams alone", async () => {
    const app = createAccountsApp();
    for (const [scopes, streams] of [[["write"], null], [["admin"], ["a"]]]) {
      const { api_key } = await makeKey(app, { name: "n", scopes, streams });
      assertEquals((await app.request("/api/v1/audit", withKey(api_key))).status, 403);
    }
  });

  it("lets go of records after AUDIT_DAYS, and not before", async () => {
    const { retention } = readConfig((name) => name === "AUDIT_DAYS" ? "2" : undefined);
    const app = createAccountsApp({ retention });
    await login(app, "wrong");
    app.wait(2 * 24 * 3600_000);
    await app.sweep();
    const by = await admin(app);
    assertEquals((await records(app, by)).length, 2);
    app.wait(1);
    await app.sweep();
    assertEquals((await records(app, by)).length, 1);
  });

  it("is no reason to refuse what was done: a record that the store does not keep is a line of the log", async () => {
    class Forgetful extends MemoryStore {
      override noteAudit(): Promise<void> {
        return Promise.reject(new Error("no room"));
      }
    }
    const app = createAccountsApp({}, { store: new Forgetful() });
    assertEquals((await login(app)).status, 200);
    assertEquals(app.log.filter(({ level }) => level === "error").map(({ message }) => message), [
      "a record of the audit log is not kept",
    ]);
    assertEquals(app.log.filter(({ message }) => message === "audit").length, 1);
    assert(!JSON.stringify(app.log).includes(ADMIN.password));
  });
});
