/** What the groups of a structure step were before: clusters stand as they are unless there is reason to change them. */
import type { Group } from "./group.ts";
import { sum } from "./lanes.ts";
import type { Cluster } from "./state.ts";
import type { Core } from "./structure.ts";

/** Whether two groups were mostly in two clusters before. */
export function wereTwo(a: Group, b: Group, before: readonly Cluster[], core: Core): boolean {
  const p = formerCluster(a, before, core), q = formerCluster(b, before, core);
  return p !== undefined && q !== undefined && p !== q;
}

/** The cluster that more of a group was in than in any other, the first of equals; undefined: all of it was in none. */
function formerCluster({ members }: Group, before: readonly Cluster[], { micros, weights }: Core): Cluster | undefined {
  let former: Cluster | undefined, most = 0;
  for (const cluster of before) {
    const weight = sum(members.filter((i) => micros[i].cluster === cluster).map((i) => weights[i]));
    if (weight > most) [former, most] = [cluster, weight];
  }
  return former;
}
