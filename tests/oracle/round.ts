/** Whether a group of core micro-clusters is round: its covariance is alike in all directions. From distances alone. */
import { distance, type Row, sum } from "./lanes.ts";
import type { Core } from "./structure.ts";

const EVEN = 0.8, LIKE = 2, MICROS = 3;

/** Whether the members spread alike in all directions about their mean, and their squared radius. */
export function lookRound(
  members: readonly number[],
  mean: Row,
  core: Core,
  dims: number,
): { even: boolean; radius2: number } {
  const { micros, weights, variances } = core, total = sum(members.map((a) => weights[a]));
  const gaps = members.map((a) => distance(micros[a].center, mean));
  const within = sum(members.map((a) => weights[a] * variances[a]));
  const between = sum(members.map((a, m) => weights[a] * gaps[m]));
  const v = within / total, b = between / total, radius2 = (between + within) / total;
  if (members.length < MICROS) return { even: false, radius2 };
  const norm2 = meanProduct2(members, gaps, core) + (2 * b + v) * v / dims;
  return { even: (b + v) * (b + v) >= EVEN * dims * norm2, radius2 };
}

/** Whether of two squared radii neither is much larger. */
export const areLike = (p: number, q: number): boolean => p <= LIKE * q && q <= LIKE * p;

/** Mean squared product of two members about the mean (law of cosines). */
function meanProduct2(members: readonly number[], gaps: readonly number[], { micros, weights }: Core): number {
  let square = 0, pairs = 0;
  members.forEach((a, p) => {
    for (let q = 0; q < p; q++) {
      const b = members[q], w = weights[a] * weights[b];
      const product = 0.5 * (gaps[p] + gaps[q] - distance(micros[a].center, micros[b].center));
      square += w * product * product;
      pairs += w;
    }
  });
  return square / pairs;
}
