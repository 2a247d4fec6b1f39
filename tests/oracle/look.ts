/**
 * The second look, down the dendrogram below the chosen cut: a cluster is two where a clear valley parts its halves, or
 * two large groups further down.
 */
import { wereTwo } from "./former.ts";
import { single, uniteGroups } from "./group.ts";
import { sum } from "./lanes.ts";
import type { Cluster } from "./state.ts";
import type { Core } from "./structure.ts";
import { valleyRatio } from "./valley.ts";
import type { Merge } from "./ward.ts";

const VALLEY = 0.7, NEW = 0.5, SHARE = 0.03, MICROS = 3, POINTS = 10, DEEP_SHARE = 0.08, DEEP_MICROS = 8;

/** The clusters of the last step; whether a density is known. */
export interface LookAt {
  before: readonly Cluster[];
  dense: boolean;
  dims: number;
  maxClusters: number;
}

/** Of the merges below the cut, those that still stand. */
export function secondLook(core: Core, merges: readonly Merge[], at: LookAt): Merge[] {
  const two = looksUp(core, merges, at), closed = new Set<number>(), standing: Merge[] = [];
  for (let m = merges.length - 1; m >= 0; m--) { // from the cut down: what is not two is not looked into
    const { into, from } = merges[m];
    if (two.has(m) && !closed.has(into)) continue;
    closed.add(into).add(from);
    standing.unshift(merges[m]);
  }
  return standing;
}

/** From the leaves up: the merges that put together what is two. At most the last maxClusters of them are looked at. */
function looksUp(core: Core, merges: readonly Merge[], { before, dense, dims, maxClusters }: LookAt): Set<number> {
  const n = core.micros.length, total = sum(core.weights), groups = core.micros.map((_, i) => single(core, i));
  const two = new Set<number>(), deep = new Set<number>(); // deep: roots of groups that have two large ones within
  merges.forEach(({ into, from }, m) => {
    const a = groups[into], b = groups[from];
    if (m >= n - maxClusters) {
      const micros = Math.min(a.members.length, b.members.length), least = Math.min(a.mass, b.mass);
      const clear = micros >= MICROS && least >= Math.max(SHARE * total, POINTS) &&
        isClear(
          valleyRatio(a, b, core, dims, 1 / Math.sqrt(Math.sqrt(micros))),
          () => dense || wereTwo(a, b, before, core),
        );
      if (clear || deep.has(into) || deep.has(from)) two.add(m);
      if (deep.has(from) || (clear && micros >= DEEP_MICROS && least >= DEEP_SHARE * total)) deep.add(into);
    }
    uniteGroups(a, b);
  });
  return two;
}

/** Whether a valley parts two groups. Without a density it must be deeper for what was one cluster, or chance cuts and mends in turn. */
const isClear = (valley: number, easily: () => boolean): boolean => valley < NEW || (valley < VALLEY && easily());
