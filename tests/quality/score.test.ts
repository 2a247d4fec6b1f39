import { describe, it } from "node:test";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { generatedStreams } from "../../src/quality/catalogue.ts";
import { checkFloors } from "../../src/quality/floors.ts";
import { groupMeans } from "../../src/quality/report.ts";
import { driftDelay, type Labelling, type Score, score } from "../../src/quality/score.ts";
import { abruptChanges, type LabelledStream } from "../../src/quality/stream.ts";

function stream(truth: number[], k: number): LabelledStream {
  return {
    name: "test",
    kind: "single",
    dims: 1,
    k,
    points: new Float32Array(truth.length),
    truth: Int32Array.from(truth),
  };
}

function labelling(ids: number[], drifts: number[] = []): Labelling {
  return { ids: Int32Array.from(ids), outlierScores: new Float32Array(ids.length), drifts, seconds: 2 };
}

const alternating = (n: number, first = 0) => Array.from({ length: n }, (_, i) => first + i % 2);

describe("score", () => {
  it("means over chunks of 500 from the third on: what comes before does not count", () => {
    const truth = alternating(2000), found = truth.map((label, i) => i < 1000 ? 0 : i < 1500 ? label : 7);
    const result = score(stream(truth, 2), labelling(found));
    assertEquals([result.ari, result.purity, result.ids_per_chunk, result.ids_total], [0.5, 0.75, 1.5, 3]);
    assertEquals(result.points_per_second, 1000);
  });

  it("takes the share of the commonest label where there is one cluster", () => {
    const found = Array.from({ length: 1500 }, (_, i) => i < 1490 ? 3 : 4);
    assertAlmostEquals(score(stream(found.map(() => 0), 1), labelling(found)).ari, 0.98);
  });

  it("counts as wrong noise what is called -1 and is not", () => {
    const truth = alternating(1500).map((label, i) => i >= 1400 ? -1 : label);
    const found = truth.map((label, i) => i >= 1300 ? -1 : label);
    assertAlmostEquals(score(stream(truth, 2), labelling(found)).wrong_noise, 100 / 1500);
  });

  it("refuses a stream that has no third chunk", () => {
    assertThrows(() => score(stream(alternating(1499), 2), labelling(alternating(1499))), RangeError, "too few");
  });
});

describe("abruptChanges and driftDelay", () => {
  it("find the points where all clusters are replaced", () => {
    const truth = [...alternating(1500), ...alternating(1000, 2), ...alternating(1200, 4)];
    assertEquals(abruptChanges(stream(truth, 6)), [1500, 2500]);
  });

  it("find none in a stream that stays, nor in a sorted one", () => {
    assertEquals(abruptChanges(stream(alternating(4000), 2)), []);
    assertEquals(abruptChanges(stream([...Array(2000).fill(0), ...Array(2000).fill(1)], 2)), []);
  });

  it("count from a change to its flag, up to the next change where there is none", () => {
    assertEquals(driftDelay([1000, 3000], [500, 1200, 1300], 4000), (200 + 1000) / 2);
    assertEquals(driftDelay([], [500], 4000), null);
  });
});

describe("floors", () => {
  const scored = (kind: string, ari: number) => ({ kind, ari }) as Score;

  it("hold at the floor and fail below it, by kind, generated kinds together", () => {
    const checks = checkFloors([scored("real", 0.502), scored("shapes", 0.8), scored("long", 0.9), scored("few", 1)]);
    assertEquals(checks.map(({ group, holds }) => [group, holds]), [["real", true], ["shapes", false], [
      "generated",
      false,
    ]]);
  });
});

describe("generatedStreams", () => {
  it("are the same for the same seed, others for another, and finite", () => {
    const [first, again, other] = [1, 1, 2].map((seed) => generatedStreams(seed).next().value as LabelledStream);
    assertEquals(first.points, again.points);
    assert(first.points.some((x, i) => x !== other.points[i]));
    for (const { points, truth, dims, k } of generatedStreams(3)) {
      assertEquals(points.length, truth.length * dims);
      assert(points.every(Number.isFinite) && truth.every((label) => label >= -1 && label < k));
    }
  });

  it("group means leave out what has no meaning", () => {
    const base = { kind: "a", ari: 1, nmi: 1, purity: 1, ids_per_chunk: 1, wrong_noise: 0, drift_delay: null };
    const means = groupMeans([{ ...base, outlier_auc: null }, { ...base, outlier_auc: 0.9 }] as Score[]);
    assertEquals(means.map(({ group, outlier_auc, drift_delay }) => [group, outlier_auc, drift_delay]), [
      ["a", 0.9, null],
      ["all", 0.9, null],
    ]);
  });
});
