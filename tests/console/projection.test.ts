import { describe, it } from "node:test";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Projection } from "../../src/console/flow/projection.ts";
import { random } from "../../src/random.ts";

/** Points of which the first coordinate varies most and the third next. */
function cloud(): number[][] {
  const r = random(1, "cloud");
  return Array.from({ length: 300 }, () => [10 * r.normal(), 0.1 * r.normal(), 4 * r.normal() + 5, 0.1 * r.normal()]);
}

describe("Projection", () => {
  it("leaves one and two dimensions as they are", () => {
    const plane = new Projection();
    plane.fit([[1, 2], [3, 4]]);
    assertEquals(plane.at([7, -8]), [7, -8]);
    plane.fit([[1], [3]]);
    assertEquals(plane.at([7]), [7, 0]);
  });

  it("finds the first two principal components", () => {
    const plane = new Projection(), rows = cloud();
    for (let i = 0; i < 5; i++) plane.fit(rows);
    const origin = plane.at([0, 0, 5, 0]);
    const step = (row: number[]) => plane.at(row).map((value, axis) => Math.abs(value - origin[axis]));
    assertAlmostEquals(step([1, 0, 5, 0])[0], 1, 0.01);
    assertAlmostEquals(step([0, 0, 6, 0])[1], 1, 0.01);
    assert(Math.hypot(...step([0, 1, 5, 1])) < 0.1);
  });

  it("turns slowly: a fit to the same points moves nothing", () => {
    const plane = new Projection(), rows = cloud();
    for (let i = 0; i < 10; i++) plane.fit(rows);
    const before = plane.at([1, 2, 3, 4]);
    plane.fit(rows);
    plane.at([1, 2, 3, 4]).forEach((value, axis) => assertAlmostEquals(value, before[axis], 1e-3));
  });

  it("stays finite where there is nothing to see: one point, equal points, a line", () => {
    const line = Array.from({ length: 9 }, (_, i) => [i, i, i]);
    for (const rows of [[[1, 2, 3]], [[5, 5, 5], [5, 5, 5]], line]) {
      const plane = new Projection();
      plane.fit(rows);
      assert(rows.every((row) => plane.at(row).every(Number.isFinite)));
    }
  });
});
