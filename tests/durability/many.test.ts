/** A thousand streams in one process: each its own, whether it stays in memory or is let go of and read again. */
import process from "node:process";
import { describe, it } from "node:test";
import { assertEquals, assertLess } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import type { StreamsConfig } from "../../src/service/streams/streams.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { blobs, kernel } from "../kernel.ts";
import { openStreams } from "./streams.ts";

const STREAMS = 1000, DIMS = 2, BATCH_POINTS = 20, BATCHES = 4;
const NUMBERS = Array.from({ length: STREAMS }, (_, number) => number);

/** Loose: what a stream of a few points takes in memory, and all of it on a busy machine. */
const STREAM_BYTES_MAX = 1.5e6, ALL_MS_MAX = 90_000;

/** Every stream learns points of its own; the seeds are counted through. */
const batchOf = (stream: number, batch: number) => blobs(BATCH_POINTS, DIMS, 1 + stream * BATCHES + batch);

/** Every so manieth stream is held to an engine of its own: a thousand more would take as long as all the rest. */
const CHECKED = 4;
const isChecked = (_: unknown, index: number) => index % CHECKED === 0;

/** What engines of their own answer to the same batches. */
function expectedLabels(): number[][][] {
  return NUMBERS.filter(isChecked).map((stream) => {
    const engine = Engine.create(kernel, DIMS);
    return Array.from({ length: BATCHES }, (_, batch) => Array.from(engine.learn(batchOf(stream, batch)).ids));
  });
}

/** What may be in memory from one batch to the next, and how many streams then are. */
const STAGES: { may: Partial<StreamsConfig>; live: number }[] = [
  { may: {}, live: STREAMS },
  { may: { liveMax: 100 }, live: 100 },
  // Whoever was not asked for in no time at all is idle.
  { may: { liveMax: STREAMS, idle_ms: 0 }, live: 0 },
];

// Bun lets go of kernels late: there the same takes minutes.
describe(`${STREAMS} streams in one process`, { skip: "Bun" in globalThis }, () => {
  it("learn side by side as if each were alone, and go on so when they come back, let go of as too many or idle", async () => {
    const expected = expectedLabels(), began = performance.now(), before = process.memoryUsage().rss;
    const { streams, errors } = openStreams(new MemoryStore(), {}, { liveMax: STREAMS, streamsMax: STREAMS });
    await Promise.all(NUMBERS.map((number) => streams.create(`stream-${number}`, DIMS, {}, "user:ada")));
    for (let batch = 0; batch < BATCHES; batch++) {
      const labels = await Promise.all(NUMBERS.map(async (number) => {
        const stream = await streams.get(`stream-${number}`);
        return Array.from((await stream.learn(new Float64Array(batchOf(number, batch)), DIMS)).ids);
      }));
      assertEquals(labels.filter(isChecked), expected.map((ids) => ids[batch]));
      if (batch === STAGES.length) break;
      Object.assign(streams.config, STAGES[batch].may);
      await streams.sweep();
      assertEquals(Array.from(streams.live()).length, STAGES[batch].live);
    }
    assertEquals(errors, []);
    assertLess(process.memoryUsage().rss - before, STREAMS * STREAM_BYTES_MAX);
    assertLess(performance.now() - began, ALL_MS_MAX);
  });
});
