/** The store in a SQLite file: the contract, and what only a file can do. */
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { StoreError } from "../../src/store/migrations.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { describeStore } from "./contract.ts";
import { holdToAcknowledged, killWriter } from "./killed.ts";
import { openTemporarySqlite, withFile } from "./sqlite_files.ts";
import { answer, entry, event, journalOf, snapshot, stream } from "./things.ts";

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
