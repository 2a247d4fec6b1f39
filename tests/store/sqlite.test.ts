/** The store in a SQLite file: the contract, and what only a file can do. */
import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { assertEquals, assertLess, assertRejects } from "@std/assert";
import { StoreError } from "../../src/store/migrations.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { describeStore } from "./contract.ts";
import { holdToAcknowledged, killWriter } from "./killed.ts";
import { openTemporarySqlite, withFile } from "./sqlite_files.ts";
import { answer, entry, event, journalOf, keeping, snapshot, stream } from "./things.ts";

describeStore("sqlite", openTemporarySqlite);

describe("SqliteStore", () => {
  it("finds everything when it is opened again, with either sync", async () => {
    await withFile(async ({ path }) => {
      const first = await SqliteStore.open({ path, sync: "disk" });
      await first.createStream(stream("a"));
      await first.append([1, 2, 3].map((i) => entry("a", i, { events: [event(i)] })));
      await first.append([entry("a", 4, { dims: 2, answer: answer("k") })]);
      await first.saveSnapshot("a", snapshot(2));
      await first.close();
      const second = await SqliteStore.open({ path, sync: "os" });
      assertEquals(await journalOf(second, "a"), { snapshot: 2, entries: [3, 4] });
      assertEquals((await second.events("a", 0, 9)).length, 3);
      assertEquals(await second.answer("a", "k"), answer("k"));
      assertEquals(await second.stream("a"), stream("a", { dims: 2 }));
      await second.append([entry("a", 5)]);
      await second.close();
      await second.close();
      await assertRejects(() => second.probe());
    });
  });

  it("keeps points that came at one time in one row", async () => {
    await withFile(async ({ path }) => {
      const store = await SqliteStore.open({ path });
      await store.createStream(stream("a"));
      await store.append([1, 2, 3].map((i) => entry("a", i, { time: 7, body: new Uint8Array([i]) })));
      await store.close();
      const file = new DatabaseSync(path);
      const rows = file.prepare("SELECT sequence, body FROM journal").all() as { sequence: number; body: Uint8Array }[];
      file.close();
      assertEquals(rows.map(({ sequence, body }) => [sequence, ...body]), [[3, 1, 2, 3]]);
    });
  });

  it("has every acknowledged entry when its process was killed in mid-write", async () => {
    await withFile(async ({ path }) => {
      for (const enough of [1, 700]) {
        const acknowledged = await killWriter("sqlite", path, enough);
        const store = await SqliteStore.open({ path });
        await holdToAcknowledged(store, acknowledged);
        await store.deleteStream("a");
        await store.close();
      }
    });
  });

  it("reuses the room of entries that went, and gives back the room of a stream that went", async () => {
    await withFile(async ({ path }) => {
      const first = await SqliteStore.open({ path }), body = crypto.getRandomValues(new Uint8Array(50_000));
      await first.createStream(stream("a"));
      for (let sequence = 1; sequence <= 600; sequence++) {
        await first.append([entry("a", sequence, { body })]);
        if (sequence % 20 === 0) await first.saveSnapshot("a", { ...snapshot(sequence), body });
      }
      // 30 MB went through it, 1 MB at a time. The log, which moves to the file at the end, is bounded as well.
      assertLess(statSync(`${path}-wal`).size, 18e6);
      await first.close();
      assertLess(statSync(path).size, 2e6);
      const second = await SqliteStore.open({ path });
      await second.deleteStream("a");
      await second.sweep(keeping({}));
      await second.close();
      assertLess(statSync(path).size, 3e5);
    });
  });

  it("is refused with a clear error when the file is in use, and opens when it no longer is", async () => {
    await withFile(async ({ path }) => {
      const first = await SqliteStore.open({ path });
      await assertRejects(() => SqliteStore.open({ path }), StoreError, `${path} is in use by another process`);
      await first.createStream(stream("a"));
      await first.close();
      const second = await SqliteStore.open({ path });
      assertEquals((await second.streams()).length, 1);
      await second.close();
    });
  });

  it("is refused with a clear error when another process has the file, which goes on writing", async () => {
    await withFile(async ({ path }) => {
      const acknowledged = await killWriter("sqlite", path, 10, async () => {
        await assertRejects(() => SqliteStore.open({ path }), StoreError, `${path} is in use by another process`);
      });
      const store = await SqliteStore.open({ path });
      await holdToAcknowledged(store, acknowledged);
      await store.close();
    });
  });

  it("is refused with a clear error when a newer build wrote the file, which it leaves alone", async () => {
    await withFile(async ({ path }) => {
      await (await SqliteStore.open({ path })).close();
      const newer = new DatabaseSync(path);
      newer.exec("PRAGMA user_version = 99");
      newer.close();
      await assertRejects(() => SqliteStore.open({ path }), StoreError, "tables of version 99");
      const still = new DatabaseSync(path);
      assertEquals(Object.values(still.prepare("PRAGMA user_version").all()[0] as object), [99]);
      still.close();
    });
  });
});
