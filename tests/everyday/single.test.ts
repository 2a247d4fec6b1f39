import { describe, it } from "node:test";
import { assertEquals, assertGreaterOrEqual, assertLess, assertLessOrEqual } from "@std/assert";
import type { Random } from "../../src/random.ts";
import { outcome, times } from "./streams.ts";

const N = 10_000;

const blob = (dims: number) => (r: Random) => times(dims, () => r.normal());

/** Streams that are one cluster. */
const SINGLE: Record<string, (r: Random, i: number) => number[]> = {
  "uniform numbers": (r) => [r.uniform()],
  "ten integers": (r) => [r.integer(10)],
  "random bits in 10 dimensions": (r) => times(10, () => r.integer(2)),
  "a blob in 2 dimensions": blob(2),
  "a blob in 8 dimensions": blob(8),
  "a blob in 32 dimensions": blob(32),
  "a bar": (r) => [8 * r.uniform(), r.uniform()],
  "a square": (r) => [r.uniform(), r.uniform()],
};

describe("one cluster", () => {
  it("is what points that are all the same give, under one id from the first", () => {
    const { clusters, ids } = outcome("same", N, () => [3, -1, 7]);
    assertEquals([clusters.length, new Set(ids)], [1, new Set([0])]);
  });

  for (const [name, point] of Object.entries(SINGLE)) {
    it(`is what ${name} give`, () => {
      const { clusters, commonest } = outcome(name, N, point);
      assertEquals(clusters.length, 1);
      assertGreaterOrEqual(commonest, 0.99);
    });
  }

  it("with 1 % of far points: these are in no cluster, and flagged", () => {
    const { clusters, ids, isOutlier } = outcome("far", N, (r, i) => {
      const far = i % 100 === 99, angle = 2 * Math.PI * r.uniform(), radius = far ? 15 + 25 * r.uniform() : 0;
      return [r.normal() + radius * Math.cos(angle), r.normal() + radius * Math.sin(angle)];
    });
    const caught = ids.filter((id, i) => i >= 1000 && i % 100 === 99 && id === -1 && isOutlier[i] === 1).length;
    const wrong = isOutlier.filter((flag, i) => i >= 1000 && i % 100 !== 99 && flag === 1).length;
    assertEquals(clusters.length, 1);
    assertGreaterOrEqual(caught / (N / 100 - 10), 0.95);
    assertLessOrEqual(wrong / N, 0.02);
  });

  for (const [name, point] of [["lognormal", (r: Random) => Math.exp(r.normal())], ["heavy tailed", cauchy]] as const) {
    it(`and its tail is what ${name} points give`, () => {
      const { commonest, idsTotal } = outcome(name, N, (r) => [point(r), point(r)]);
      assertGreaterOrEqual(commonest, 0.9);
      assertLess(idsTotal, 30);
    });
  }
});

/** Student's t with two degrees of freedom: the variance is infinite. */
function cauchy(r: Random): number {
  return r.normal() / Math.sqrt(-Math.log(1 - r.uniform()));
}
