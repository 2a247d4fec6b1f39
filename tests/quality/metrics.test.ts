import { describe, it } from "node:test";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  adjustedRand,
  commonestShare,
  contingency,
  normalisedMutualInformation,
  purity,
  rocAuc,
} from "../../src/quality/metrics.ts";
import { random } from "../../src/random.ts";

const table = (truth: number[], found: number[]) =>
  contingency(Int32Array.from(truth), Int32Array.from(found), 0, truth.length);

/** The Rand index adjusted for chance, from all pairs: a pair agrees or not, n (n - 1) / 2 of them. */
function randByPairs(truth: number[], found: number[]): number {
  let both = 0, inTruth = 0, inFound = 0, all = 0;
  for (let i = 0; i < truth.length; i++) {
    for (let j = 0; j < i; j++) {
      const t = truth[i] === truth[j], f = found[i] === found[j];
      all++;
      inTruth += Number(t);
      inFound += Number(f);
      both += Number(t && f);
    }
  }
  const expected = inTruth * inFound / all;
  return (both - expected) / ((inTruth + inFound) / 2 - expected);
}

/** Share of pairs (positive, negative) in which the positive one scores higher, ties half. */
function aucByPairs(positive: Uint8Array, scores: Float32Array): number {
  let won = 0, pairs = 0;
  positive.forEach((p, i) =>
    positive.forEach((q, j) => {
      if (p === 0 || q === 1) return;
      pairs++;
      won += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    })
  );
  return won / pairs;
}

describe("adjustedRand", () => {
  it("gives 1 for the same partition under other names", () => {
    assertEquals(adjustedRand(table([0, 0, 1, 1], [7, 7, -1, -1])), 1);
  });

  it("gives the value worked out by hand", () => {
    // Cells 2, 1, 1, 2: pairs together 2; both margins 3 + 3: pairs 6 each; expected 6 * 6 / 15 = 2.4; (2 - 2.4) / (6 - 2.4).
    assertAlmostEquals(adjustedRand(table([0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 1, 1])), -0.4 / 3.6);
  });

  it("gives 0 when one label stands for two clusters", () => {
    assertEquals(adjustedRand(table([0, 0, 1, 1], [3, 3, 3, 3])), 0);
  });

  it("agrees with counting all pairs", () => {
    const r = random(5, "rand");
    for (let round = 0; round < 50; round++) {
      const truth = Array.from({ length: 40 }, () => r.integer(4)),
        found = Array.from(truth, (t) => r.integer(3) ? t : r.integer(6) - 1);
      assertAlmostEquals(adjustedRand(table(truth, found)), randByPairs(truth, found), 1e-12);
    }
  });

  it("leaves true noise out and counts a found -1 as one more cluster", () => {
    assertEquals(adjustedRand(table([0, 0, 1, 1, -1, -1], [0, 0, -1, -1, 0, 5])), 1);
  });
});

describe("normalisedMutualInformation", () => {
  it("gives 1 for the same partition, 0 for independent ones", () => {
    assertAlmostEquals(normalisedMutualInformation(table([0, 0, 1, 1], [5, 5, 6, 6])), 1);
    assertAlmostEquals(normalisedMutualInformation(table([0, 0, 1, 1], [0, 1, 0, 1])), 0);
  });

  it("gives the value worked out by hand", () => {
    // Truth one bit; found: 1/4, 3/4. Joint: 1/4, 1/4, 1/2. I = 1 + H(1/4) - 1.5 bits.
    const found = 2 - 0.75 * Math.log2(3), information = 1 + found - 1.5;
    assertAlmostEquals(normalisedMutualInformation(table([0, 0, 1, 1], [0, 1, 1, 1])), information / ((1 + found) / 2));
  });

  it("gives 1 where there is one cluster and one label", () => {
    assertEquals(normalisedMutualInformation(table([0, 0], [4, 4])), 1);
  });
});

describe("purity and commonestShare", () => {
  it("count the commonest true label of each found cluster", () => {
    assertAlmostEquals(purity(table([0, 0, 1, 1, 1], [0, 0, 0, 1, 1])), 0.8);
  });

  it("count the commonest found label", () => {
    assertAlmostEquals(commonestShare(table([0, 0, 0, 0], [2, 2, 2, 9])), 0.75);
  });
});

describe("rocAuc", () => {
  it("gives 1, 0.5 and 0 for perfect, tied and reversed scores", () => {
    const positive = Uint8Array.of(0, 0, 1, 1);
    assertEquals(rocAuc(positive, Float32Array.of(0.1, 0.2, 0.3, 0.4)), 1);
    assertEquals(rocAuc(positive, Float32Array.of(1, 1, 1, 1)), 0.5);
    assertEquals(rocAuc(positive, Float32Array.of(0.4, 0.3, 0.2, 0.1)), 0);
  });

  it("agrees with comparing all pairs", () => {
    const r = random(6, "auc");
    const positive = Uint8Array.from({ length: 200 }, () => r.integer(2));
    const scores = Float32Array.from({ length: 200 }, () => r.integer(20) / 20);
    assertAlmostEquals(rocAuc(positive, scores), aucByPairs(positive, scores), 1e-12);
  });
});
