/** The border between two round clusters of like size lies half way between their means. */
import { distance, type Row, sum } from "./lanes.ts";
import { areLike, lookRound } from "./round.ts";
import type { Cluster } from "./state.ts";
import type { Core } from "./structure.ts";

const AGREE = 0.8, NEAR = 36;

const areAlike = (a: Cluster, b: Cluster): boolean => areLike(a.radius2, b.radius2);

/** Whether another cluster of like size lies so near that the two may overlap. */
const touches = (c: Cluster, all: readonly Cluster[], dims: number): boolean =>
  all.some((h) => h !== c && areAlike(c, h) && distance(c.mean, h.mean) * dims < NEAR * Math.max(c.radius2, h.radius2));

/** Whether the micro-clusters of a cluster mostly lie nearest to its own mean, and spread alike in all directions. */
function isRound(c: Cluster, all: readonly Cluster[], core: Core, dims: number): boolean {
  const { micros, weights } = core, members = [...micros.keys()].filter((a) => micros[a].cluster === c);
  const isNearest = (a: number) => {
    const gap = distance(micros[a].center, c.mean);
    return !all.some((h) => distance(micros[a].center, h.mean) < gap);
  };
  const total = sum(members.map((a) => weights[a]));
  const agreed = sum(members.filter(isNearest).map((a) => weights[a]));
  return agreed >= AGREE * total && lookRound(members, c.mean, core, dims).even;
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
