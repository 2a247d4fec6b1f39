import { describe, it } from "node:test";
import { assert, assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import type { Random } from "../../src/random.ts";
import { adjustedRand, contingency } from "../../src/quality/metrics.ts";
import { kernel } from "../kernel.ts";
import { blobs, SEED, seeded } from "./streams.ts";

/** Sizes and mean of all clusters together. */
function moments(engine: Engine): { weight: number; mean: number[] } {
  const clusters = engine.clusters(), weight = clusters.reduce((sum, { size }) => sum + size, 0);
  const mean = Array.from(
    { length: engine.dims },
    (_, axis) => clusters.reduce((sum, c) => sum + c.size * c.center[axis], 0) / weight,
  );
  return { weight, mean };
}

function learned(points: Float64Array, dims: number): Engine {
  const engine = Engine.create(kernel, dims);
  engine.learn(points);
  return engine;
}

/** Every second point, from the first or from the second. */
function half(points: Float64Array, dims: number, which: number): Float64Array {
  return points.filter((_, i) => Math.floor(i / dims) % 2 === which);
}

/** Two boxes: blobs without tails, so that every point is in a cluster. Shape (n x dims). */
function boxes(r: Random, n: number, dims: number): Float64Array {
  const points = new Float64Array(n * dims);
  for (let i = 0; i < n; i++) points.fill(30 * r.integer(2), i * dims, (i + 1) * dims);
  return points.map((x) => x + r.uniform());
}

describe(`merge (seed ${SEED})`, () => {
  for (const dims of [1, 3, 20]) {
    it(`conserves weight and mean, d = ${dims}`, () => {
      const r = seeded(`conserve ${dims}`);
      const a = learned(boxes(r, 3000, dims), dims), b = learned(boxes(r, 1500, dims).map((x) => x + 7), dims);
      const [first, second, weight] = [moments(a), moments(b), a.status().weight + b.status().weight];
      a.merge(b.snapshot());
      const both = moments(a);
      assertAlmostEquals(first.weight + second.weight, weight, 1e-6 * weight, "some points are in no cluster: no test");
      assertAlmostEquals(a.status().weight, weight, 1e-6 * weight);
      assertAlmostEquals(both.weight, weight, 1e-6 * weight);
      both.mean.forEach((x, axis) => {
        const expected = (first.weight * first.mean[axis] + second.weight * second.mean[axis]) /
          (first.weight + second.weight);
        assertAlmostEquals(x, expected, 1e-3);
      });
    });

    it(`of two halves of a stream finds what the whole finds, d = ${dims}`, () => {
      const { points, truth } = blobs(seeded(`halves ${dims}`), 6000, dims, 3), whole = learned(points, dims);
      const merged = learned(half(points, dims, 0), dims);
      merged.merge(learned(half(points, dims, 1), dims).snapshot());
      assertEquals(merged.clusters().length, whole.clusters().length);
      const [found, expected] = [merged, whole].map((engine) => engine.assign(points).ids);
      assertGreater(adjustedRand(contingency(expected, found, 0, truth.length)), 0.98);
      assertGreater(adjustedRand(contingency(truth, found, 0, truth.length)), 0.98);
    });
  }

  it("goes on learning, with ids that were never there before and events without gaps", () => {
    const dims = 2, r = seeded("go on"), a = learned(blobs(r, 2000, dims, 3).points, dims);
    const before = a.takeEvents(), ids = new Set(a.clusters().map(({ id }) => id));
    a.merge(learned(blobs(r, 2000, dims, 3).points.map((x) => x - 200), dims).snapshot());
    a.learn(blobs(r, 3000, dims, 3).points.map((x) => x - 200));
    const events = a.takeEvents();
    assertEquals(events[0]?.sequence, before.length + 1);
    assert(a.clusters().some(({ id }) => !ids.has(id)), "no cluster of the other stream came in");
    assertEquals(new Set(a.clusters().map(({ id }) => id)).size, a.clusters().length);
  });
});
