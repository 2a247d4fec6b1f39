import { describe, it } from "node:test";
import { assertLess, assertLessOrEqual } from "@std/assert";
import type { Random } from "../../src/random.ts";
import { outcome, times } from "./streams.ts";

const N = 20_000, ROUND = 2000;

const circle = (noise: number) => (r: Random, i: number) => {
  const angle = 2 * Math.PI * i / ROUND;
  return [Math.cos(angle) + noise * r.normal(), Math.sin(angle) + noise * r.normal()];
};

const lattice = (side: number) => (_: Random, i: number) => [i % side, Math.floor(i / side) % side];

/** Adds up its steps. */
function walk(): (r: Random) => number[] {
  const at = [0, 0];
  return (r) => at.map((_, axis) => at[axis] += 0.1 * r.normal());
}

describe("a stream that moves", () => {
  for (const noise of [0, 0.02]) {
    it(`slowly round a circle, noise ${noise}, keeps to few ids and explains its points`, () => {
      const { idsTotal, unexplained } = outcome("circle", N, circle(noise));
      assertLessOrEqual(idsTotal, 5);
      assertLess(unexplained, 0.01);
    });
  }

  for (const side of [8, 12, 16, 20, 30]) {
    it(`over a lattice of ${side} x ${side} in cyclic order keeps to few ids and explains its points`, () => {
      const { idsTotal, unexplained } = outcome("lattice", N, lattice(side));
      assertLessOrEqual(idsTotal, 6);
      assertLess(unexplained, 0.01);
    });
  }

  for (const [name, point] of [["as a random walk", walk()], ["along a line", trend]] as const) {
    it(`${name} has a handful of clusters at a time and no flood of ids`, () => {
      const { clustersMax, idsTotal } = outcome(name, N, point);
      assertLessOrEqual(clustersMax, 15);
      assertLessOrEqual(idsTotal, 60);
    });
  }
});

function trend(r: Random, i: number): number[] {
  return times(3, (axis) => (axis + 1) * i / 1000 + 0.1 * r.normal());
}
