import { describe, it } from "node:test";
import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { adjustedRand, contingency } from "../../src/quality/metrics.ts";
import { type Random, random } from "../../src/random.ts";
import { kernel } from "../kernel.ts";
import { outcome, times } from "./streams.ts";

const N = 5000;

/** Five random directions in d = 384 and points round them, all of length one: embeddings. */
function directions(): (r: Random) => [point: number[], label: number] {
  const r = random(1, "directions"), centres = times5(() => unit(times(384, () => r.normal())));
  return (source) => {
    const label = source.integer(5);
    return [unit(centres[label].map((x) => x + 0.02 * source.normal())), label];
  };
}

const times5 = <T>(value: () => T): T[] => Array.from({ length: 5 }, value);

function unit(vector: number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((x) => x / length);
}

function assertFinds(name: string, k: number, point: (r: Random, i: number) => [point: number[], label: number]): void {
  const truth = new Int32Array(N);
  const { ids, clusters } = outcome(name, N, (r, i) => {
    const [coordinates, label] = point(r, i);
    truth[i] = label;
    return coordinates;
  });
  assertEquals(clusters.length, k);
  assertGreaterOrEqual(adjustedRand(contingency(truth, ids, N / 2, N)), 0.98);
}

/** Gaussians of deviation one round these centres are told apart as well as their overlap allows. */
function assertOverlap(name: string, centres: number[][], ari: number): void {
  const n = 8000, truth = new Int32Array(n);
  const { ids, clusters } = outcome(name, n, (r, i) => {
    truth[i] = r.integer(centres.length);
    return centres[truth[i]].map((x) => x + r.normal());
  });
  assertEquals(clusters.length, centres.length);
  assertGreaterOrEqual(adjustedRand(contingency(truth, ids, n / 2, n)), ari);
}

describe("several clusters", () => {
  it("two values in turn are two", () => assertFinds("two", 2, (_, i) => [[i % 2, 5], i % 2]));

  it("eight one-hot vectors at random are eight", () => {
    assertFinds("one-hot", 8, (r) => {
      const hot = r.integer(8);
      return [times(8, (axis) => axis === hot ? 1 : 0), hot];
    });
  });

  it("five directions on the unit sphere, d = 384, are five", () => assertFinds("embeddings", 5, directions()));

  it("round clusters that overlap part half way between them", () => {
    const corners = Array.from({ length: 6 }, (_, i) => times(10, (axis) => axis === i ? 3 : 0));
    assertOverlap("corners", corners, 0.8);
    assertOverlap("plane", [[0, 0], [3.6, 0], [1.8, 3.1]], 0.8);
  });

  it("many that overlap are not all one because some of them were joined", () => {
    const n = 8000,
      truth = new Int32Array(n),
      { ids, clusters } = outcome("cube", n, (r, i) => {
        truth[i] = r.integer(32);
        return times(5, (axis) => 3.8 * (truth[i] >> axis & 1) + r.normal());
      });
    assertGreaterOrEqual(clusters.length, 20);
    assertGreaterOrEqual(adjustedRand(contingency(truth, ids, n / 2, n)), 0.35);
  });

  it("the third of three points is the first of a second one", () => {
    assertEquals([...Engine.create(kernel, 3).learn([[1, 2, 3], [1.1, 2.1, 3.1], [5, 6, 7]]).ids], [0, 0, 1]);
  });

  it("events that come in bursts are told apart by their time, in seconds since 1970", () => {
    assertFinds("timestamps", 3, (r) => {
      const burst = r.integer(3);
      return [[1_700_000_000 + 3600 * burst + 60 * r.normal()], burst];
    });
  });
});
