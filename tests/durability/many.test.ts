/** A thousand streams in one process: each its own, whether it stays in memory or is let go of and read again. */
import process from "node:process";
import { describe, it } from "node:test";
import { assertEquals, assertLess } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import type { StreamsConfig } from "../../src/service/streams/streams.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { blobs, kernel } from "../kernel.ts";
import { openStreams } from "./streams.ts";

const STREAMS = 1000, DIMS = 2, BATCH_POINTS = 20, BATCHES = 2;
const NUMBERS = Array.from({ length: STREAMS }, (_, number) => number);

/** Loose: what a stream of a few points takes in memory, and all of it on a busy machine. */
const STREAM_BYTES_MAX = 1.5e6, ALL_MS_MAX = 60_000;

/** Every stream learns points of its own; the seeds are counted through. */
const batchOf = (stream: number, batch: number) => blobs(BATCH_POINTS, DIMS, 1 + stream * BATCHES + batch);

/** What engines of their own answer to the same batches. */
function expectedLabels(): number[][][] {
  return NUMBERS.map((stream) => {
    const engine = Engine.create(kernel, DIMS);
    return Array.from({ length: BATCHES }, (_, batch) => Array.from(engine.learn(batchOf(stream, batch)).ids));
  });
}

const expected = expectedLabels();

/** All streams learn their batches at once; between two batches the streams are swept. Answers how many stay in memory. */
async function learnAndSweep(config: Partial<StreamsConfig>): Promise<number[]> {
  const { streams, errors } = openStreams(new MemoryStore(), {}, { streamsMax: STREAMS, ...config });
  const began = performance.now(), before = process.memoryUsage().rss;
  const live: number[] = [];
  await Promise.all(NUMBERS.map((stream) => streams.create(`stream-${stream}`, DIMS, {})));
  for (let batch = 0; batch < BATCHES; batch++) {
    const labels = await Promise.all(NUMBERS.map(async (number) => {
      const stream = await streams.get(`stream-${number}`);
      return Array.from((await stream.learn(new Float64Array(batchOf(number, batch)), DIMS)).ids);
    }));
    assertEquals(labels, expected.map((ids) => ids[batch]));
    await streams.sweep();
    live.push(Array.from(streams.live()).length);
  }
  assertLess(performance.now() - began, ALL_MS_MAX);
  assertLess(process.memoryUsage().rss - before, STREAMS * STREAM_BYTES_MAX);
  assertEquals(errors, []);
  return live;
}

describe(`${STREAMS} streams in one process`, () => {
  it("learn side by side, each as if it were alone", async () => {
    assertEquals(await learnAndSweep({ liveMax: STREAMS }), [STREAMS, STREAMS]);
  });

  it("go on as they were when they come back after being idle", async () => {
    // Whoever was not asked for in no time at all is idle.
    assertEquals(await learnAndSweep({ liveMax: STREAMS, idle_ms: 0 }), [0, 0]);
  });

  it("go on as they were when there are more than may be in memory", async () => {
    assertEquals(await learnAndSweep({ liveMax: 100 }), [100, 100]);
  });
});
