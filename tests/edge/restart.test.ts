/** What an object acknowledged is there when it comes back: after workerd was killed, and after the object was let go of. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "node:test";
import { assert, assertEquals, assertLess } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { kernel } from "../kernel.ts";
import { withFolder } from "./miniflare.ts";
import { pointsOf } from "./points.ts";
import { type Edge, octets, signIn, snapshotOf, startEdge } from "./service.ts";

const DIMS = 3, PATH = "/api/v1/process_points";

/** workerd lets go of an object that nothing was asked of for 10 s. */
const EVICTED_MS = 12_000;

async function learn(edge: Edge, heads: Record<string, string>, seed: number, engine: Engine): Promise<void> {
  const points = pointsOf(seed, 300);
  assertEquals((await edge.request(PATH, octets(points, DIMS, heads))).status, 200);
  engine.learn(points);
}

describe("an object of a stream", () => {
  it("has every acknowledged point after workerd was killed in mid-load", async () => {
    await withFolder(async (data) => {
      const engine = Engine.create(kernel, DIMS);
      const first = await startEdge(data), heads = await signIn(first);
      for (let seed = 0; seed < 20; seed++) await learn(first, heads, seed, engine);
      const unanswered = pointsOf(20, 300);
      const last = first.request(PATH, octets(unanswered, DIMS, heads)).then(({ status }) => status, () => 0);
      await first.stop();
      const isAcknowledged = await last === 200;
      const second = await startEdge(data);
      try {
        const state = await snapshotOf(second, "default", heads);
        const before = engine.snapshot();
        engine.learn(unanswered);
        // What was under way may be there, or not; nothing in between.
        const held = [engine.snapshot(), ...(isAcknowledged ? [] : [before])];
        assert(held.some((snapshot) => isSame(snapshot, state)));
      } finally {
        await second.stop();
      }
    });
  });

  it("has every acknowledged point after it was let go of, which no timer hinders", async () => {
    await withFolder(async (data) => {
      const engine = Engine.create(kernel, DIMS), edge = await startEdge(data);
      try {
        const heads = await signIn(edge);
        for (let seed = 0; seed < 5; seed++) await learn(edge, heads, seed, engine);
        await sleep(EVICTED_MS);
        const status = await edge.json("/api/v1/algorithm_status", { headers: heads });
        assertLess(status.uptime_seconds, EVICTED_MS / 1000);
        assertEquals(status.total_points_processed, 1500);
        await learn(edge, heads, 5, engine);
        assertEquals(await snapshotOf(edge, "default", heads), engine.snapshot());
      } finally {
        await edge.stop();
      }
    });
  });
});

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((octet, index) => octet === b[index]);
}
