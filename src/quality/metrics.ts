/**
 * Agreement between true and found labels over points [from, to): true noise (below 0) is left out, a found label of -1 counts
 * as one more cluster. Sources: adjusted Rand index, Hubert and Arabie 1985; normalised mutual information, Strehl and Ghosh
 * 2002 (arithmetic mean of the entropies); purity, Manning et al. 2008, section 16.3; ROC-AUC by ranks, Hanley and McNeil 1982.
 */

/** How often each pair of true and found label occurs, each true label, each found one; n: points counted. */
export interface Contingency {
  cells: Map<string, { truth: number; count: number; found: number }>;
  truth: Map<number, number>;
  found: Map<number, number>;
  n: number;
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Counts points [from, to) of two label arrays of the same length. */
export function contingency(truth: Int32Array, found: Int32Array, from: number, to: number): Contingency {
  const table: Contingency = { cells: new Map(), truth: new Map(), found: new Map(), n: 0 };
  for (let i = from; i < to; i++) {
    if (truth[i] < 0) continue;
    const key = `${truth[i]} ${found[i]}`;
    const cell = table.cells.get(key);
    if (cell) cell.count++;
    else table.cells.set(key, { truth: truth[i], count: 1, found: found[i] });
    increment(table.truth, truth[i]);
    increment(table.found, found[i]);
    table.n++;
  }
  return table;
}

function pairs(counts: Iterable<number>): number {
  let sum = 0;
  for (const count of counts) sum += count * (count - 1) / 2;
  return sum;
}

/** Adjusted Rand index, in [-0.5, 1]: 1 the same partition, about 0 by chance; 1 where no other value is possible. */
export function adjustedRand(table: Contingency): number {
  const together = pairs([...table.cells.values()].map((cell) => cell.count));
  const truth = pairs(table.truth.values()), found = pairs(table.found.values());
  const expected = truth * found / Math.max(1, table.n * (table.n - 1) / 2);
  const most = (truth + found) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}

function entropy(counts: Iterable<number>, n: number): number {
  let sum = 0;
  for (const count of counts) sum -= count / n * Math.log(count / n);
  return sum;
}

/** Normalised mutual information, in [0, 1]; 1 where both are a single cluster. */
export function normalisedMutualInformation(table: Contingency): number {
  const { n } = table;
  const mean = (entropy(table.truth.values(), n) + entropy(table.found.values(), n)) / 2;
  if (n === 0 || mean === 0) return 1;
  let information = 0;
  for (const { truth, found, count } of table.cells.values()) {
    information += count / n * Math.log(count * n / (table.truth.get(truth)! * table.found.get(found)!));
  }
  return Math.max(0, information / mean);
}

/** Share of points whose true label is the commonest of their found cluster, in [0, 1]; 1 where there are none. */
export function purity(table: Contingency): number {
  const best = new Map<number, number>();
  for (const { found, count } of table.cells.values()) best.set(found, Math.max(best.get(found) ?? 0, count));
  let sum = 0;
  for (const count of best.values()) sum += count;
  return table.n === 0 ? 1 : sum / table.n;
}

/** Share of the commonest found label: for streams of one cluster, where the Rand index is 0 as soon as one point strays. */
export function commonestShare(table: Contingency): number {
  return table.n === 0 ? 1 : Math.max(...table.found.values()) / table.n;
}

/** Chance that a point with positive[i] = 1 scores above one with 0, ties counted half, over [from, n); NaN without both. */
export function rocAuc(positive: Uint8Array, scores: Float32Array, from = 0): number {
  const order = Array.from({ length: scores.length - from }, (_, i) => i + from).sort((i, j) => scores[i] - scores[j]);
  let ranks = 0, positives = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    const rank = (start + end + 1) / 2;
    for (let i = start; i < end; i++) {
      if (positive[order[i]] === 0) continue;
      ranks += rank;
      positives++;
    }
    start = end;
  }
  return (ranks - positives * (positives + 1) / 2) / (positives * (order.length - positives));
}
