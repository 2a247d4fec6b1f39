import { describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { Engine, type Options } from "../../src/engine/mod.ts";
import { kernel } from "../kernel.ts";
import { assertSameState, cut, learnAll } from "./compare.ts";
import { eventful, SEED, seeded } from "./streams.ts";

const CASES: [dims: number, options: Options][] = [
  [1, {}],
  [2, { maxClusters: 40 }],
  [3, { scaling: "standard" }],
  [7, { learningRate: 0.3, baseThreshold: 0.85 }],
  [33, {}],
];

describe(`batches (seed ${SEED})`, () => {
  for (const [dims, options] of CASES) {
    it(`split in any way give the same, d = ${dims}, ${JSON.stringify(options)}`, () => {
      const r = seeded(`batches ${dims}`), points = eventful(r, 6000, dims);
      const whole = Engine.create(kernel, dims, options), parts = Engine.create(kernel, dims, options);
      const expected = learnAll(whole, [points]);
      const actual = learnAll(parts, cut(points, dims, () => 1 + r.integer(r.integer(2) ? 5 : 700)));
      assertEquals(actual.ids, expected.ids);
      assertEquals(actual.scores, expected.scores);
      assertEquals(actual.similarities, expected.similarities);
      assertEquals(actual.events, expected.events);
      assertSameState(parts, whole);
    });
  }

  it("of one point each give the layers of the whole batch", () => {
    const dims = 2, points = eventful(seeded("layers"), 2000, dims);
    const { layers } = Engine.create(kernel, dims).learn(points, { layers: true });
    const singly = learnAll(Engine.create(kernel, dims), cut(points, dims, () => 1));
    const interleaved = [...layers!.geometric].flatMap((x, i) => [x, layers!.statistical[i], layers!.temporal[i]]);
    assertEquals(singly.layers, interleaved);
  });

  it("in single and in double precision give the same where the values are the same", () => {
    const dims = 5, points = eventful(seeded("precision"), 5000, dims);
    const single = Engine.create(kernel, dims), double = Engine.create(kernel, dims);
    assertEquals(learnAll(single, [Float32Array.from(points)]), learnAll(double, [points]));
    assertSameState(single, double);
  });
});
