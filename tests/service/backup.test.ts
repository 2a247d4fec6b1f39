/** Backups of all streams, and what is restored of them. */
import { describe, it } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Frame, readFrames, type StreamFrame, writeFrames } from "../../src/backup/format.ts";
import { STREAM_LIMITS } from "../../src/service/mod.ts";
import { MemoryStore, type Store } from "../../src/store/mod.ts";
import { blobs, toRows } from "../kernel.ts";
import { bearer, createAccountsApp, makeKey, signIn, withKey } from "./accounts.ts";
import { type Json, jsonPost, octetPost, type TestApp } from "./app.ts";

const DIMS = 3;
type Heads = { headers: Record<string, string> };

interface Server {
  app: TestApp;
  by: Heads;
  store: Store;
}

async function open(store: Store = new MemoryStore(), config: Json = {}): Promise<Server> {
  const app = createAccountsApp(config, { store });
  return { app, by: bearer((await signIn(app)).access_token), store };
}

const post = async ({ app, by }: Server, path: string, value: unknown) =>
  await app.request(path, jsonPost(JSON.stringify(value), by.headers));
const learn = async (server: Server, name: string, count: number, seed: number) =>
  await (await post(server, `/api/v1/streams/${name}/process_points`, {
    points: toRows(blobs(count, DIMS, seed), DIMS),
  }))
    .json();
const stateOf = async ({ app, by }: Server, name: string) =>
  new Uint8Array(await (await app.request(`/api/v1/streams/${name}/snapshot`, by)).arrayBuffer());
const clustersOf = async ({ app, by }: Server, name: string) =>
  await (await app.request(`/api/v1/streams/${name}/clusters_summary`, by)).json();
const namesOf = async ({ app, by }: Server) =>
  (await (await app.request("/api/v1/streams", by)).json()).streams.map(({ name }: Json) => name);

/** Two streams that have learned, one of them with parameters set since; one without points. */
async function fill(server: Server): Promise<void> {
  await post(server, "/api/v1/streams", { name: "a", parameters: { max_clusters: 12, scaling: "standard" } });
  await post(server, "/api/v1/streams", { name: "b", dims: DIMS });
  await post(server, "/api/v1/streams", { name: "empty", parameters: { outlier_threshold: 0.7 } });
  for (const seed of [1, 2, 3]) await learn(server, "a", 300, seed);
  await learn(server, "b", 100, 4);
  const change = jsonPost('{"parameters": {"base_threshold": 0.6}}', server.by.headers);
  await server.app.request("/api/v1/streams/a", { ...change, method: "PATCH" });
}

async function backup({ app, by }: Server): Promise<Uint8Array<ArrayBuffer>> {
  const response = await app.request("/api/v1/backup", by);
  assertEquals(response.status, 200);
  return new Uint8Array(await response.arrayBuffer());
}

async function restore({ app, by }: Server, file: BodyInit, query = ""): Promise<Json> {
  const response = await app.request(`/api/v1/restore${query}`, octetPost(file, by.headers));
  return { status: response.status, ...await response.json() };
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** The file with its frames changed, and whole again. */
async function rewritten(file: Uint8Array, change: (frame: Frame) => Frame): Promise<Uint8Array<ArrayBuffer>> {
  const frames: Frame[] = [];
  for await (const { head, body } of readFrames(each([file]))) frames.push(change({ head, body }));
  const parts: number[] = [];
  for await (const part of writeFrames(each(frames))) parts.push(...part);
  return Uint8Array.from(parts);
}

describe("GET /api/v1/backup, POST /api/v1/restore", () => {
  it("carry every stream over: what it knows, and how it goes on, to the bit", async () => {
    const one = await open(), two = await open();
    await fill(one);
    const file = await backup(one);
    two.app.wait(60_000);
    assertEquals(await restore(two, file), { status: 200, restored: ["a", "b", "empty"], skipped: [], failed: [] });
    assertEquals(await two.store.streams(), await one.store.streams());
    for (const name of ["a", "b"]) {
      assertEquals(await clustersOf(two, name), await clustersOf(one, name));
      assertEquals(await stateOf(two, name), await stateOf(one, name));
      assertEquals(await learn(two, name, 400, 9), await learn(one, name, 400, 9));
      assertEquals(await stateOf(two, name), await stateOf(one, name));
    }
    assertEquals(await learn(two, "empty", 50, 5), await learn(one, "empty", 50, 5));
    const events = async ({ store }: Server) => (await store.events("a", 0, 1e6)).map(({ sequence }) => sequence);
    const [before, after] = [await events(one), await events(two)];
    assertEquals(after, before.slice(before.length - after.length));
  });

  it("see what another replica learned and has not yet kept a snapshot of", async () => {
    const store = new MemoryStore(), one = await open(store), two = await open(store), three = await open();
    await fill(one);
    await restore(three, await backup(two));
    assertEquals(await stateOf(three, "a"), await stateOf(one, "a"));
  });

  it("refuse, before anything is changed, where a name is in use; or pass over it; or replace what has it", async () => {
    const one = await open(), two = await open();
    await fill(one);
    const file = await backup(one);
    await post(two, "/api/v1/streams", { name: "b", dims: 2 });
    const refused = await restore(two, file);
    assertEquals([refused.status, refused.code], [409, "stream_exists"]);
    assertMatch(refused.detail, /nothing was restored: b$/);
    assertEquals(await namesOf(two), ["b"]);
    assertEquals((await restore(two, file, "?existing=skip")).skipped, ["b"]);
    assertEquals((await two.store.stream("b"))!.dims, 2);
    assertEquals((await restore(two, file, "?existing=replace")).restored, ["a", "b", "empty"]);
    assertEquals(await stateOf(two, "b"), await stateOf(one, "b"));
    assertEquals((await restore(two, file, "?existing=all")).status, 422);
  });

  it("replace a stream in memory at once here, and at its next write elsewhere, which is refused", async () => {
    const one = await open(), file = await (await fill(one), backup(one));
    const store = new MemoryStore(), here = await open(store), elsewhere = await open(store);
    await post(here, "/api/v1/streams", { name: "a", dims: DIMS });
    await learn(here, "a", 40, 7);
    await learn(elsewhere, "a", 40, 8);
    await restore(here, file, "?existing=replace");
    assertEquals(await stateOf(here, "a"), await stateOf(one, "a"));
    assertEquals((await learn(elsewhere, "a", 10, 6)).code, "storage_unavailable");
    assertEquals(await learn(elsewhere, "a", 10, 6), await learn(one, "a", 10, 6));
    assertEquals(await stateOf(elsewhere, "a"), await stateOf(one, "a"));
  });

  it("number events on after those of a stream that is replaced, for who listens to it", async () => {
    const one = await open(), file = await (await fill(one), backup(one)), two = await open();
    await post(two, "/api/v1/streams", { name: "a", dims: DIMS });
    // Each batch lies at a place of its own, and so is a cluster born.
    const learnAt = (place: number) => {
      const points = Array.from({ length: 200 }, (_, i) => [place + (i % 7) / 1e3, place, place]);
      return post(two, "/api/v1/streams/a/process_points", { points });
    };
    for (let place = 1; place <= 12; place++) await learnAt(1000 * place);
    const last = await two.store.lastEvent("a");
    assert(last > await one.store.lastEvent("a"));
    await restore(two, file, "?existing=replace");
    assertEquals(await two.store.events("a", 0, 9), []);
    for (let place = 1; place <= 5; place++) await learnAt(1000 * place);
    assertEquals((await two.store.events("a", 0, 1))[0].sequence, last + 1);
  });

  it("hold one stream at a time: a reader that waits keeps the next from being read", async () => {
    let loads = 0;
    class Counted extends MemoryStore {
      override load(name: string) {
        loads++;
        return super.load(name);
      }
    }
    const one = await open(new Counted());
    for (let index = 0; index < 20; index++) await post(one, "/api/v1/streams", { name: `s${index}`, dims: 2 });
    loads = 0;
    const { body } = await one.app.request("/api/v1/backup", one.by);
    const reader = body!.getReader();
    for (let part = 0; part < 9; part++) await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert(loads <= 4, `${loads} streams were read`);
    await reader.cancel();
    assert(loads <= 4);
  });

  it("refuse a file that is damaged or ends early, and say what was restored before", async () => {
    const one = await open(), file = await (await fill(one), backup(one));
    const cases: [string, Uint8Array<ArrayBuffer>, string, string[]][] = [
      ["foreign", new TextEncoder().encode("no backup at all"), "backup_foreign", []],
      ["newer", file.map((octet, at) => at === 6 ? 9 : octet), "backup_foreign", []],
      ["early", file.slice(0, 300), "backup_truncated", []],
      ["late", file.slice(0, file.length - 50), "backup_truncated", ["a", "b", "empty"]],
      ["last", file.map((octet, at) => at === file.length - 1 ? octet ^ 1 : octet), "backup_damaged", [
        "a",
        "b",
        "empty",
      ]],
    ];
    for (const [name, damaged, code, restored] of cases) {
      const two = await open(), report = await restore(two, damaged);
      assertEquals([report.status, report.code], [422, code], name);
      assertEquals(await namesOf(two), restored, name);
      assert(
        report.detail.endsWith(restored.length === 0 ? "nothing was restored" : `restored: ${restored.join(", ")}`),
      );
    }
  });

  it("restore the other streams where one cannot be, and say why", async () => {
    const one = await open(), file = await (await fill(one), backup(one));
    const changes: [(frame: Frame) => Frame, string][] = [
      [(frame) => ({ ...frame, body: frame.body.map((octet, at) => at === 4 ? 99 : octet) }), "snapshot_foreign"],
      [
        (frame) => ({ ...frame, body: frame.body.map((octet, at) => at === 400 ? octet ^ 1 : octet) }),
        "snapshot_damaged",
      ],
      [(frame) => ({ ...frame, head: { ...frame.head, dims: 7 } as Frame["head"] }), "backup_damaged"],
      [(frame) => ({ ...frame, head: { ...frame.head, extra: "{}" } as Frame["head"] }), "backup_damaged"],
      [(frame) => ({ ...frame, head: { ...frame.head, created: 1e300 } as Frame["head"] }), "backup_damaged"],
      [
        (frame) => {
          const extra = JSON.parse((frame.head as StreamFrame).extra);
          return {
            ...frame,
            head: { ...frame.head, extra: JSON.stringify({ ...extra, lastDrift: 1e300 }) } as Frame["head"],
          };
        },
        "backup_damaged",
      ],
      [
        (frame) => ({ ...frame, head: { ...frame.head, parameters: { maxClusters: 1 } } as Frame["head"] }),
        "invalid_option",
      ],
    ];
    for (const [change, code] of changes) {
      const two = await open();
      const isB = ({ head }: Frame) => head.kind === "stream" && head.name === "b";
      const report = await restore(two, await rewritten(file, (frame) => isB(frame) ? change(frame) : frame));
      assertEquals([report.status, report.restored], [200, ["a", "empty"]]);
      assertEquals(report.failed.map(({ name, code }: Json) => [name, code]), [["b", code]]);
      assertEquals(await namesOf(two), ["a", "empty"]);
    }
  });

  it("make no more streams than there may be, and count them for who made them", async () => {
    const one = await open(), file = await (await fill(one), backup(one));
    const two = await open(new MemoryStore(), { streams: { ...STREAM_LIMITS, parameters: {}, streamsMax: 2 } });
    const report = await restore(two, file);
    assertEquals([report.restored, report.failed[0].code], [["a", "b"], "too_many_streams"]);
    assertEquals((await two.store.stream("a"))!.creator, "user:admin");
  });

  it("are for administrators of all streams, and in the audit log", async () => {
    const { app, by } = await open();
    for (const [scopes, streams] of [[["write"], null], [["admin"], ["a"]]]) {
      const heads = withKey((await makeKey(app, { name: "n", scopes, streams })).api_key);
      assertEquals((await app.request("/api/v1/backup", heads)).status, 403);
      assertEquals((await app.request("/api/v1/restore", octetPost("", heads.headers))).status, 403);
    }
    await (await app.request("/api/v1/backup", by)).body?.cancel();
    const { records } = await (await app.request("/api/v1/audit?actor=user:admin&action=backup", by)).json();
    assertEquals(records.map(({ result }: Json) => result), ["ok"]);
  });

  it("break off where the store goes away, so that the file has no end", async () => {
    class Failing extends MemoryStore {
      override load(name: string) {
        return name === "b" ? Promise.reject(new Error("gone")) : super.load(name);
      }
    }
    const one = await open(new Failing());
    await post(one, "/api/v1/streams", { name: "a", dims: 1 });
    await one.store.createStream({ ...(await one.store.stream("a"))!, name: "b" });
    const { body } = await one.app.request("/api/v1/backup", one.by);
    const parts: Uint8Array[] = [];
    const failure = await (async () => {
      for await (const part of body!) parts.push(part);
    })().then(() => undefined, (error) => error);
    assert(failure !== undefined && parts.length > 2);
    assertEquals(one.app.log.at(-1).message, "a backup breaks off");
  });
});
