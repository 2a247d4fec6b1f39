/** The store in a SQLite file when its disk is full: a write is refused, nothing is lost, and room is all it needs. */
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConflictError } from "../../src/store/mod.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { mountSmallDisk } from "./full_disk.ts";
import { apiKey, entry, event, journalOf, snapshot, stream } from "./things.ts";

const disk = mountSmallDisk(24);
const body = crypto.getRandomValues(new Uint8Array(60_000));

/** Appends until the store refuses; answers the last sequence that it took. */
async function appendUntilRefused(store: SqliteStore, last: number): Promise<number> {
  for (let sequence = last + 1; sequence < last + 10_000; sequence++) {
    try {
      await store.append([entry("a", sequence, { body, events: [event(sequence)] })]);
    } catch (error) {
      assert(!(error instanceof ConflictError));
      return sequence - 1;
    }
  }
  throw new Error("the disk never was full");
}

describe("SqliteStore on a full disk", { skip: disk ? false : "no small disk can be mounted here" }, () => {
  after(() => disk!.remove());

  it("refuses writes, reads on, loses nothing, and writes again once there is room, without being reopened", async () => {
    const path = join(disk!.folder, "ncs.db");
    const store = await SqliteStore.open({ path });
    await store.createStream(stream("a"));
    let last = 0;
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 20; i++) await store.append([entry("a", ++last, { body, events: [event(last)] })]);
      disk!.fill();
      last = await appendUntilRefused(store, last);
      await assertRejects(() => store.append([entry("a", last + 1, { body })]));
      await assertRejects(() => store.saveSnapshot("a", { ...snapshot(last), body: new Uint8Array(1e6) }));
      assertEquals((await journalOf(store, "a")).entries.length, last);
      assertEquals((await store.events("a", 0, 1e6)).length, last);
      disk!.empty();
      await store.probe();
      await store.append([entry("a", ++last, { events: [event(last)] })]);
    }
    await store.saveSnapshot("a", snapshot(last));
    await store.createApiKey(apiKey("k"));
    await store.close();
    const again = await SqliteStore.open({ path });
    assertEquals(await journalOf(again, "a"), { snapshot: last, entries: [] });
    assertEquals((await again.events("a", 0, 1e6)).length, last);
    await again.close();
  });

  it("keeps what it acknowledged when the process ends while the disk is full", async () => {
    const path = join(disk!.folder, "second.db");
    const store = await SqliteStore.open({ path });
    await store.createStream(stream("a"));
    const last = await appendUntilRefused(store, 0);
    await store.close();
    disk!.fill();
    const again = await SqliteStore.open({ path });
    assertEquals((await journalOf(again, "a")).entries.length, last);
    await again.close();
    disk!.empty();
  });
});
