import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assertEquals } from "@std/assert";
import { Feed } from "../../src/console/flow/feed.ts";
import { once } from "../../src/console/flow/source.ts";

describe("Feed", () => {
  it("tells of every point that it took from a file, though it is stopped while some are under way", async () => {
    const source = once(new Float32Array(400), 2);
    let taken = 0, told = 0;
    const feed = new Feed({
      // As slow as a server may be, which does not learn what was given up.
      verbs: {
        async processPoints(rows: unknown, { signal }: { signal?: AbortSignal } = {}) {
          await sleep(30, undefined, { signal });
          return (rows as unknown[]).map(() => ({ cluster_id: 0, is_outlier: false })) as never;
        },
      },
      source: { dims: 2, next: (count) => (taken += count, source.next(count)) },
      pace: () => 1000,
      batches: 100,
      batchMax: 10,
      onBatch: (_, ids) => told += ids.length,
      onEnd: () => {},
    });
    await sleep(50);
    feed.stop();
    await sleep(200);
    assertEquals(told, taken);
  });
});
