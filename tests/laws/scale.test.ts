import { describe, it } from "node:test";
import { assert, assertEquals, assertLess } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { kernel } from "../kernel.ts";
import { eventful, SEED, seeded } from "./streams.ts";

const DIMS = 3, POINTS = 8000;

const learn = (points: Float64Array) => Engine.create(kernel, DIMS).learn(points);

function assertSimilarScores(actual: Float32Array, expected: Float32Array): void {
  assertLess(actual.reduce((most, score, i) => Math.max(most, Math.abs(score - expected[i])), 0), 1e-3);
}

describe(`a stream elsewhere (seed ${SEED})`, () => {
  const points = eventful(seeded("elsewhere"), POINTS, DIMS), expected = learn(points);

  for (const offset of [1_700_000_000, -123_456, 2 ** 40]) {
    it(`at ${offset} has the same labels and scores, bit for bit`, () => {
      const moved = points.map((x) => x + offset);
      assert(moved.every((x, i) => x - offset === points[i]), "the offset rounds: the stream is no test");
      const { ids, outlierScores, similarities } = learn(moved);
      assertEquals(ids, expected.ids);
      assertEquals([outlierScores, similarities], [expected.outlierScores, expected.similarities]);
    });
  }

  for (const power of [-30, 30]) {
    it(`at scale 2^${power} has the same labels`, () => {
      const { ids, outlierScores } = learn(points.map((x) => x * 2 ** power));
      assertEquals(ids, expected.ids);
      assertSimilarScores(outlierScores, expected.outlierScores);
    });
  }

  for (const scale of [1e-9, 1e9]) {
    it(`at scale ${scale} has as many clusters`, () => {
      const [plain, scaled] = [points, points.map((x) => x * scale)].map((stream) => {
        const engine = Engine.create(kernel, DIMS);
        engine.learn(stream);
        return engine.clusters().length;
      });
      assertEquals(scaled, plain);
    });
  }
});
