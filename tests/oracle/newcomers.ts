/** What came out of the blue is a group of its own for a while, whatever the silhouette says. */
import { type Group, single, uniteGroups } from "./group.ts";
import { sum } from "./lanes.ts";
import type { Cluster, State } from "./state.ts";
import type { Core } from "./structure.ts";

const INFANCY_SHARE = 0.3, INFANCY = 300, POINTS = 3;

function isNewcomer(s: State, cluster: Cluster | undefined): boolean {
  return !cluster || (cluster.blue && s.time - cluster.bornAt < Math.min(INFANCY_SHARE * s.time, INFANCY));
}

/** The groups, numbered by their first points, and after them what is set apart from them, at most maxClusters in all. */
export function setApart(s: State, core: Core, chosen: readonly (Group | undefined)[]): Group[] {
  const groups = chosen.filter((group) => group !== undefined).sort((a, b) => a.members[0] - b.members[0]);
  const members = groups.map((group) => group.members), k = groups.length;
  for (let i = 0; i < core.micros.length && members.length < s.options.maxClusters; i++) {
    const { cluster } = core.micros[i], g = members.findIndex((list) => list.includes(i));
    if (g >= k || !isNewcomer(s, cluster)) continue;
    const isAlike = (j: number) => core.micros[j].cluster === cluster;
    const weigh = (points: number[]) => sum(points.map((j) => core.weights[j])), alike = members[g].filter(isAlike);
    if (weigh(alike) < POINTS || weigh(alike) >= weigh(members[g])) continue;
    members.push(alike);
    members[g] = members[g].filter((j) => !isAlike(j));
  }
  return members.length > k ? members.map((list) => makeGroup(core, list)) : groups;
}

/** A group made anew: its points in order. */
function makeGroup(core: Core, [first, ...rest]: number[]): Group {
  const group = single(core, first);
  for (const i of rest) uniteGroups(group, single(core, i));
  return group;
}
