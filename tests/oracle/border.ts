/** The border between two round clusters of like size lies half way between their means. */
import { distance, sum } from "./lanes.ts";
import type { Row } from "./lanes.ts";
import type { Cluster } from "./state.ts";
import type { Core } from "./structure.ts";

const AGREE = 0.8, LIKE = 2, MICROS = 3, NEAR = 36, ROUND = 0.8;

/** Whether neither of two clusters is much wider than the other. */
const areAlike = (a: Cluster, b: Cluster): boolean => a.radius2 <= LIKE * b.radius2 && b.radius2 <= LIKE * a.radius2;

/** Whether another cluster of like size lies so near that the two may overlap. */
const touches = (c: Cluster, all: readonly Cluster[], dims: number): boolean =>
  all.some((h) => h !== c && areAlike(c, h) && distance(c.mean, h.mean) * dims < NEAR * Math.max(c.radius2, h.radius2));

/** Whether the micro-clusters of a cluster mostly lie nearest to its own mean, and spread alike in all directions. */
function isRound(c: Cluster, all: readonly Cluster[], core: Core, dims: number): boolean {
  const members = [...core.micros.keys()].filter((a) => core.micros[a].cluster === c);
  const gaps = members.map((a) => distance(core.micros[a].center, c.mean)), weight = (a: number) => core.weights[a];
  const isNearest = (a: number, m: number) => !all.some((h) => distance(core.micros[a].center, h.mean) < gaps[m]);
  const total = sum(members.map(weight)), agreed = sum(members.filter(isNearest).map(weight));
  if (members.length < MICROS || agreed < AGREE * total) return false;
  const within = sum(members.map((a) => weight(a) * core.variances[a])) / total;
  const between = sum(members.map((a, m) => weight(a) * gaps[m])) / total;
  const norm2 = spread(members, gaps, core) + (2 * between + within) * within / dims;
  return (between + within) * (between + within) >= ROUND * dims * norm2;
}

/** Squared norm of the covariance of the micro-clusters: the mean squared product of two of them. */
function spread(members: readonly number[], gaps: readonly number[], { micros, weights }: Core): number {
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

/** Which clusters are round and touch another. */
export function findBorders(clusters: readonly Cluster[], core: Core, dims: number): void {
  for (const c of clusters) c.round = touches(c, clusters, dims) && isRound(c, clusters, core, dims);
}

/** The cluster of a point whose nearest micro-cluster says c. */
export function acrossBorder(point: Row, c: Cluster | undefined, clusters: readonly Cluster[]): Cluster | undefined {
  if (!c?.round) return c;
  let nearest = c;
  for (const h of clusters) {
    if (h === c || !h.round || !areAlike(c, h)) continue;
    if (distance(point, h.mean) < distance(point, nearest.mean)) nearest = h;
  }
  return nearest;
}
