/** How many streams a key or user may make, and how long things are kept. */
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { readConfig, STREAM_LIMITS } from "../../src/service/mod.ts";
import { StreamState } from "../../src/service/streams/state.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { blobs, kernel, toRows } from "../kernel.ts";
import { withFile } from "../store/sqlite_files.ts";
import { bearer, createAccountsApp, makeKey, signIn, withKey } from "./accounts.ts";
import { createTestApp, type Json, jsonPost } from "./app.ts";

const readWith = (environment: Record<string, string>) => readConfig((name) => environment[name]);
const streams = { ...STREAM_LIMITS, parameters: {}, perCreatorMax: 2 };
const outcome = async (response: Response) => {
  const { status } = response;
  return status === 201 ? status : [status, (await response.json()).code];
};

describe("STREAMS_PER_KEY", () => {
  it("limits each key and user to so many streams that are there; one deleted makes room", async () => {
    const app = createAccountsApp({ streams });
    const admin = bearer((await signIn(app)).access_token);
    const [one, two] = [await makeKey(app), await makeKey(app)].map(({ api_key }) => withKey(api_key));
    const make = async (name: string, by: Json) =>
      await outcome(await app.request("/api/v1/streams", jsonPost(JSON.stringify({ name }), by.headers)));
    const over = [409, "too_many_own_streams"];
    assertEquals([await make("a", one), await make("b", one), await make("c", one)], [201, 201, over]);
    assertEquals([await make("c", two), await make("d", admin)], [201, 201]);
    assertEquals((await app.request("/api/v1/streams/a", { method: "DELETE", ...admin })).status, 204);
    assertEquals([await make("e", one), await make("f", one)], [201, over]);
  });

  it("holds for streams that are asked for at once, and counts neither `default` nor what learns", async () => {
    const app = createTestApp({ config: { streams } });
    assertEquals((await app.post("/api/v1/process_points", { points: [[1]] })).status, 200);
    const made = await Promise.all(["a", "b", "c", "d"].map((name) => app.post("/api/v1/streams", { name })));
    assertEquals(made.map(({ status }) => status), [201, 201, 409, 409]);
    const full = await made[2].json();
    assertEquals([full.code, full.detail.includes("development has made 2 streams")], ["too_many_own_streams", true]);
    assertEquals((await app.post("/api/v1/streams/a/process_points", { points: [[1]] })).status, 200);
  });

  it("is 1000 unless it is said, and 0 for any number", () => {
    assertEquals(readWith({}).streams.perCreatorMax, 1000);
    assertEquals(readWith({ STREAMS_PER_KEY: "0" }).streams.perCreatorMax, Infinity);
  });
});

describe("retention", () => {
  it("is read in hours and days, within bounds", () => {
    const hour = 3600_000, day = 24 * hour;
    assertEquals(readWith({}).retention, {
      answers_ms: day,
      eventsKept: 10_000,
      events_ms: Infinity,
      journal_ms: 0,
      audit_ms: 90 * day,
    });
    const set = { ANSWERS_HOURS: "2", EVENTS_KEPT: "5", EVENTS_DAYS: "3", JOURNAL_DAYS: "4", AUDIT_DAYS: "1" };
    assertEquals(readWith(set).retention, {
      answers_ms: 2 * hour,
      eventsKept: 5,
      events_ms: 3 * day,
      journal_ms: 4 * day,
      audit_ms: day,
    });
  });

  it("keeps answers for ANSWERS_HOURS: then a write under its key is made again", async () => {
    const app = createTestApp({ config: { retention: readWith({ ANSWERS_HOURS: "2" }).retention } });
    const write = async () => {
      const init = jsonPost('{"points": [[1, 2]]}', { "idempotency-key": "k" });
      return (await app.request("/api/v1/process_points", init)).headers.has("idempotency-replayed");
    };
    assertEquals([await write(), await write()], [false, true]);
    app.wait(2 * 3600_000);
    await app.sweep();
    assertEquals(await write(), true);
    app.wait(1);
    await app.sweep();
    assertEquals(await write(), false);
  });

  it("keeps events up to EVENTS_KEPT and for EVENTS_DAYS", async () => {
    const app = createTestApp({ config: { retention: readWith({ EVENTS_KEPT: "2", EVENTS_DAYS: "1" }).retention } });
    const learn = (x: number) =>
      app.post("/api/v1/process_points", { points: Array.from({ length: 300 }, (_, i) => [x + (i % 7) / 1e3, x]) });
    const sequences = async () => (await app.get("/api/v1/events")).events.map(({ sequence }: Json) => sequence);
    for (const x of [0, 50, 100, 150]) await learn(x);
    const all = await sequences();
    await app.sweep();
    assertEquals([all.length > 2, await sequences()], [true, all.slice(-2)]);
    app.wait(24 * 3600_000 + 1);
    await app.sweep();
    assertEquals(await sequences(), []);
  });

  it("keeps entries that a snapshot holds for JOURNAL_DAYS, and they are not learned again", async () => {
    const store = new Watched(), day = 24 * 3600_000;
    const app = createTestApp({ store, config: { retention: readWith({ JOURNAL_DAYS: "1" }).retention } });
    await app.post("/api/v1/process_points", { points: [[1], [2]] });
    app.wait(11 * 60_000);
    await app.sweep();
    assertEquals([store.journalBefore, (await app.get("/api/v1/algorithm_status")).total_points_processed], [
      Date.parse("2026-01-02T03:04:05.678Z") + 11 * 60_000 - day,
      2,
    ]);
  });
});

describe("a journal that is kept", () => {
  it("makes the stream again to the bit, read from its first entry", async () => {
    await withFile(async ({ path }) => {
      const store = await SqliteStore.open({ path });
      const app = createTestApp({ store, config: { retention: readWith({ JOURNAL_DAYS: "30" }).retention } });
      await app.post("/api/v1/streams", { name: "a", parameters: { max_clusters: 9 } });
      for (const seed of [1, 2]) {
        await app.post("/api/v1/streams/a/process_points", { points: toRows(blobs(200, 3, seed), 3) });
        const change = jsonPost(JSON.stringify({ parameters: { outlier_threshold: seed / 10 } }));
        await app.request("/api/v1/streams/a", { ...change, method: "PATCH" });
      }
      await app.close();
      const { stream, snapshot, entries } = (await store.load("a"))!;
      await store.close();
      const file = new DatabaseSync(path);
      const rows = file.prepare("SELECT sequence, time, kind, body FROM journal ORDER BY sequence").all();
      file.close();
      assertEquals([snapshot!.sequence, entries.length, rows.length], [4, 0, 4]);
      const again = StreamState.read(kernel, { stream, snapshot: undefined, entries: rows as typeof entries });
      assertEquals(again.snapshot(), snapshot);
    });
  });
});

class Watched extends MemoryStore {
  journalBefore: number | undefined;

  override async saveSnapshot(...[name, snapshot, before]: Parameters<MemoryStore["saveSnapshot"]>): Promise<void> {
    this.journalBefore = before;
    await super.saveSnapshot(name, snapshot, before);
  }
}
