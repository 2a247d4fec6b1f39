/** What streams take in memory is bounded, and what cannot be read is nobody's fault but the store's. */
import { describe, it } from "node:test";
import { assert, assertEquals, assertLessOrEqual, assertRejects } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { StorageError } from "../../src/service/streams/storage.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { blobs, kernel } from "../kernel.ts";
import { createTestApp } from "../service/app.ts";
import { openStreams } from "./streams.ts";

const DIMS = 3, STREAMS = 12;
const NAMES = Array.from({ length: STREAMS }, (_, index) => `stream-${index}`);
const points = (seed: number) => new Float64Array(blobs(50, DIMS, seed));

describe("streams in memory", () => {
  it("take no more octets than may be, asked for one by one or all at once, and each is as it was", async () => {
    const bytes = Engine.create(kernel, DIMS).memoryBytes;
    const { streams, errors } = openStreams(new MemoryStore(), {}, { liveBytesMax: 4 * bytes });
    const taken = () => Array.from(streams.live()).reduce((sum, { loaded }) => sum + loaded!.bytes, 0);
    for (const [index, name] of NAMES.entries()) {
      await streams.create(name, DIMS, {}, "user:ada");
      await (await streams.get(name)).learn(points(index), DIMS);
      assertLessOrEqual(taken(), 5 * bytes);
    }
    const most = await Promise.all(NAMES.map(async (name) => {
      await (await streams.get(name)).state();
      return taken();
    }));
    assertLessOrEqual(Math.max(...most), 5 * bytes);
    assert(Math.min(...most) > 2 * bytes, "room is used");
    for (const [index, name] of NAMES.entries()) {
      const alone = Engine.create(kernel, DIMS);
      alone.learn(points(index));
      assertEquals(await (await streams.get(name)).snapshot(), alone.snapshot());
    }
    assertEquals(errors, []);
  });
});

describe("streams whose snapshots the store does not keep", () => {
  it("give way all the same: the journal has them", async () => {
    const store = new MemoryStore();
    store.saveSnapshot = () => Promise.reject(new Error("the disk is full"));
    const { streams, errors } = openStreams(store, {}, { liveMax: 3 });
    for (const [index, name] of NAMES.entries()) {
      await streams.create(name, DIMS, {}, "user:ada");
      await (await streams.get(name)).learn(points(index), DIMS);
      assertLessOrEqual(Array.from(streams.live()).length, 3);
    }
    assertEquals(errors.length, STREAMS - 3);
    const alone = Engine.create(kernel, DIMS);
    alone.learn(points(0));
    assertEquals(await (await streams.get(NAMES[0])).snapshot(), alone.snapshot());
  });
});

describe("a stream that a request has looked up", () => {
  it("is the one that others look up, however many there are: what it learns is there for all", async () => {
    const { streams } = openStreams(new MemoryStore(), {}, { liveMax: 3 });
    for (const name of NAMES) await streams.create(name, DIMS, {}, "user:ada");
    // A request whose body is still to come.
    const slow = await streams.get(NAMES[0]);
    for (const name of NAMES.slice(1)) await (await streams.get(name)).state();
    await streams.sweep();
    const other = await streams.get(NAMES[0]);
    await other.state();
    await slow.learn(points(1), DIMS);
    assertEquals((await other.state()).engine?.status().points, 50);
    await other.learn(points(2), DIMS);
  });
});

describe("a kept snapshot that this build cannot read", () => {
  it("is 503, not the fault of who asks; the log says which, and the stream is there again when it can be read", async () => {
    const store = new MemoryStore();
    const first = createTestApp({ store });
    await first.post("/api/v1/process_points", { points: [[1, 2, 3], [4, 5, 6]] });
    await first.close();
    const { snapshot } = (await store.load("default"))!, newer = snapshot!.body.slice();
    // The format's version follows the magic.
    newer[4]++;
    await store.saveSnapshot("default", { ...snapshot!, body: newer }, undefined);
    const { streams } = openStreams(store);
    await assertRejects(async () => (await streams.get("default")).state(), StorageError, "stream default");
    const app = createTestApp({ store });
    const answer = await app.post("/api/v1/process_points", { points: [[1, 2, 3]] });
    assertEquals([answer.status, (await answer.json()).code], [503, "storage_unavailable"]);
    assert(app.log.some((line) => JSON.stringify(line).includes("cannot be read")), JSON.stringify(app.log));
    await store.saveSnapshot("default", snapshot!, undefined);
    assertEquals((await app.get("/api/v1/clusters_summary")).total_points_processed, 2);
    await app.close();
  });
});
