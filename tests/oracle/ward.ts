/**
 * Ward's agglomeration by the recurrence of Lance and Williams: always the cheapest of all merges. Which of equal costs
 * comes first depends on the order of the rows and on when each looked for its partner, so both follow the kernel.
 */
import { distance, f32, type Row } from "./lanes.ts";

/** What was merged into what, at which cost. */
export interface Merge {
  into: number;
  from: number;
  cost: number;
}

/** Squared distances between all centres. */
export function measure(centers: readonly Row[]): Float32Array[] {
  const gaps = centers.map(() => new Float32Array(centers.length));
  for (let i = 0; i < centers.length; i++) {
    for (let j = 0; j < i; j++) gaps[i][j] = gaps[j][i] = distance(centers[i], centers[j]);
  }
  return gaps;
}

/** Cost of merging any two: w_i w_j / (w_i + w_j) d2; infinite between two parts (-1: in none). */
function mergeCosts(
  gaps: readonly Float32Array[],
  weights: ArrayLike<number>,
  parts?: ArrayLike<number>,
): Float32Array[] {
  return gaps.map((row, i) =>
    row.map((gap, j) => {
      if (i === j || (parts && parts[i] >= 0 && parts[j] >= 0 && parts[i] !== parts[j])) return Infinity;
      return gap * f32(f32(weights[i] * weights[j]) / f32(weights[i] + weights[j]));
    })
  );
}

/** Merges down to `target` points, or until the cheapest merge is forbidden. */
export function agglomerate(
  gaps: readonly Float32Array[],
  weights: ArrayLike<number>,
  target: number,
  parts?: ArrayLike<number>,
): Merge[] {
  const costs = mergeCosts(gaps, weights, parts), mass = Float32Array.from(weights);
  const rows = Array.from(gaps, (_, i) => i),
    partner = new Int32Array(rows.length),
    price = new Float32Array(rows.length);
  const findPartner = (i: number) => {
    partner[i] = rows[0];
    for (const j of rows) if (costs[i][j] < costs[i][partner[i]]) partner[i] = j;
    price[i] = costs[i][partner[i]];
  };
  rows.forEach(findPartner);
  const merges: Merge[] = [];
  while (rows.length > target) {
    let first = rows[0];
    for (const i of rows) if (price[i] < price[first]) first = i;
    const cost = price[first];
    if (cost === Infinity) break;
    const [at, gone] = [rows.indexOf(first), rows.indexOf(partner[first])].sort((p, q) => p - q);
    const into = rows[at], from = rows[gone];
    merges.push({ into, from, cost });
    recur(costs, mass, rows, into, from, cost);
    rows[gone] = rows[rows.length - 1];
    rows.pop();
    for (const i of rows) if (i === into || partner[i] === into || partner[i] === from) findPartner(i);
  }
  return merges;
}

/** Costs of merging `into`, now together with `from`, with each other row. */
function recur(
  costs: Float32Array[],
  mass: Float32Array,
  rows: readonly number[],
  into: number,
  from: number,
  cost: number,
): void {
  const a = mass[into], b = mass[from], both = f32(a + b);
  for (const k of rows) {
    if (k === into || k === from) continue;
    const w = mass[k], grown = f32(f32(f32(a + w) * costs[into][k]) + f32(f32(b + w) * costs[from][k]));
    costs[into][k] = costs[k][into] = f32(f32(grown - f32(w * cost)) / f32(both + w));
  }
  mass[into] = both;
}
