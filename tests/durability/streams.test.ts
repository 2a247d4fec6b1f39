/** What the streams of the service promise, whatever the store does. */
import { describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { random as createRandom } from "../../src/random.ts";
import { pointsOfChange } from "../../src/service/streams/change.ts";
import { StorageError } from "../../src/service/streams/storage.ts";
import type { Entry, StoredAnswer } from "../../src/store/mod.ts";
import { blobs, kernel } from "../kernel.ts";
import { FlakyStore } from "./flaky.ts";
import { openStreams } from "./streams.ts";

const DIMS = 3;
const SEED = 1;

/** What an engine becomes that is given the entries, one after the other, and nothing else. */
function engineOf(entries: Entry[]): Engine {
  const engine = Engine.create(kernel, DIMS);
  for (const entry of entries) {
    if (entry.kind === "merge") engine.merge(entry.body);
    else if (entry.kind === "restore") engine.restore(entry.body);
    else if (entry.kind === "configure") engine.configure(JSON.parse(new TextDecoder().decode(entry.body)).to);
    else engine.learn(pointsOfChange(entry));
  }
  return engine;
}

const batch = (n: number, seed: number) => new Float64Array(blobs(n, DIMS, seed));

describe(`streams (seed ${SEED})`, () => {
  it("read from the journal are what they were, bit for bit, with other writes than points as well", async () => {
    const store = new FlakyStore();
    const first = openStreams(store);
    const stream = await first.streams.get("default");
    await stream.learn(batch(700, 1), DIMS);
    await stream.configure({ learningRate: 0.03 });
    await stream.learn(new Float32Array(batch(300, 2)), DIMS);
    const other = Engine.create(kernel, DIMS);
    other.learn(batch(400, 3));
    await stream.takeSnapshot("merge", other.snapshot(), () => undefined);
    await stream.learn(batch(10, 4), DIMS);
    const before = await stream.snapshot();
    for (const unload of [false, true]) {
      if (unload) await first.streams.close();
      const second = openStreams(store);
      const again = await second.streams.get("default");
      assertEquals(await again.snapshot(), before);
      assertEquals((await again.state()).options.learningRate, 0.03);
    }
    await stream.takeSnapshot("restore", other.snapshot(), () => undefined);
    assertEquals(await (await openStreams(store).streams.get("default")).snapshot(), other.snapshot());
    assertEquals(engineOf(store.kept).snapshot(), other.snapshot());
  });

  it("keep every acknowledged write once, in one order, whatever fails and whenever the process ends", async () => {
    const random = createRandom(SEED);
    const store = new FlakyStore();
    store.next = () => random.uniform() < 0.2 ? (random.uniform() < 0.5 ? "refuse" : "forget to say") : undefined;
    const acknowledged: string[] = [];
    let opened = openStreams(store);
    for (let round = 0; round < 30; round++) {
      const writes = Array.from(
        { length: 8 },
        (_, index) => ({ name: `${round}.${index}`, n: 1 + random.integer(300) }),
      );
      await Promise.allSettled(writes.map(async ({ name, n }) => {
        const stream = await opened.streams.get("default");
        const answer = (): StoredAnswer => ({
          key: name,
          fingerprint: name,
          type: "",
          body: new Uint8Array(0),
          time: 0,
        });
        await stream.learn(batch(n, round), DIMS, { answer });
        acknowledged.push(name);
      }));
      await new Promise((resolve) => setTimeout(resolve, random.uniform() < 0.5 ? 0 : 300));
      if (random.uniform() < 0.3) opened = openStreams(store);
    }
    const kept = store.kept.map((entry) => entry.answer!.key);
    assert(acknowledged.length > 20 && acknowledged.length < 240, `${acknowledged.length} acknowledged`);
    assertEquals(new Set(kept).size, kept.length, "a write was kept twice");
    assertEquals(acknowledged.filter((name) => !kept.includes(name)), [], "acknowledged, but not kept");
    store.next = () => undefined;
    const last = await (await openStreams(store).streams.get("default")).snapshot();
    assertEquals(last, engineOf(store.kept).snapshot());
    opened.journal.close();
  });

  it("are not changed by a write that is not kept, and take the next one when the store is back", async () => {
    const store = new FlakyStore();
    const { streams } = openStreams(store);
    const stream = await streams.get("default");
    await stream.learn(batch(500, 1), DIMS);
    const before = await stream.snapshot();
    store.next = () => "refuse";
    await assertRejects(() => stream.learn(batch(100, 2), DIMS), StorageError);
    assertEquals(await stream.snapshot(), before);
    await assertRejects(() => stream.learn(batch(100, 2), DIMS), StorageError);
    store.next = () => undefined;
    for (let tries = 0;; tries++) {
      try {
        await stream.learn(batch(100, 2), DIMS);
        break;
      } catch (error) {
        assert(error instanceof StorageError && tries < 100);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    assertEquals(await stream.snapshot(), engineOf(store.kept).snapshot());
    assertEquals((await stream.state()).engine!.status().points, 600);
  });

  it("do not suffer from another's conflict in the same transaction", async () => {
    const store = new FlakyStore();
    const { streams } = openStreams(store);
    const [one, two] = await Promise.all(["one", "two"].map(async (name) => {
      await streams.create(name, DIMS, {}, "user:ada");
      return await streams.get(name);
    }));
    await Promise.all([one.learn(batch(10, 1), DIMS), two.learn(batch(10, 1), DIMS)]);
    await store.deleteStream("one");
    const results = await Promise.allSettled([one, two].map((stream) => stream.learn(batch(10, 2), DIMS)));
    assertEquals(results.map(({ status }) => status), ["rejected", "fulfilled"]);
  });

  it("have snapshots in the background, so that little is read again", async () => {
    const store = new FlakyStore();
    const { streams, errors } = openStreams(store);
    const stream = await streams.get("default");
    for (let round = 0; round < 12; round++) await stream.learn(batch(100_000, round), DIMS);
    const before = await stream.snapshot();
    const { entries, snapshot } = (await store.load("default"))!;
    assert(snapshot !== undefined && entries.length < 12, `${entries.length} entries`);
    assertEquals(await (await openStreams(store).streams.get("default")).snapshot(), before);
    assertEquals(errors, []);
  });

  it("unloaded when idle come back with times, events and labels as if they had stayed", async () => {
    const store = new FlakyStore();
    const { streams } = openStreams(store);
    const stream = await streams.get("default");
    await stream.learn(batch(900, 1), DIMS);
    const { times, eventSequence, engine } = await stream.state();
    const before = { rows: times.toRows(), eventSequence, clusters: engine!.clusters() };
    await stream.unload();
    assertEquals(stream.loaded, undefined);
    const after = await stream.state();
    assertEquals({
      rows: after.times.toRows(),
      eventSequence: after.eventSequence,
      clusters: after.engine!.clusters(),
    }, before);
    const events = await store.events("default", 0, 1000);
    assertEquals(events.map(({ sequence }) => sequence), events.map((_, index) => index + 1));
    assertEquals(events.length, eventSequence);
  });
});
