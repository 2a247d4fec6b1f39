/** Hands the ids on: a cluster goes on under the id that most of its weight had; ids are handed out sparingly, never twice. */
import { findBorders } from "./border.ts";
import { announce, type Heir, YOUNG } from "./announce.ts";
import type { Group } from "./group.ts";
import { distance, f32, leastIndex, sortedIndices, sum } from "./lanes.ts";
import { explain } from "./outlier.ts";
import { type Cluster, emit, type Micro, type State } from "./state.ts";
import type { Core } from "./structure.ts";

const KEEP_RATE = 0.2, CLUSTER_SHARE = 0.003, CLUSTER_POINTS = 3, MATURE = 0.4;
const CONFIRM_SHARE = 0.5, CONFIRM_AGE = 150, CONFIRM_POINTS = 10;

/** Gives the groups of the core their ids, and says what changed. Answers the share of the weight that kept its cluster. */
export function handOnIds(s: State, core: Core, groups: readonly (Group | undefined)[]): number {
  const before = s.clusters, total = sum(core.weights), heirs = countVotes(before, core, groups);
  elect(heirs);
  const kept = sum(heirs.map((heir) => heir.from ? heir.votes.get(heir.from)! : 0)) / total;
  s.stability += KEEP_RATE * (kept - s.stability);
  makeClusters(s, heirs, total);
  measureClusters(core, heirs);
  findBorders(s.clusters, core, s.dims);
  confirmIds(s);
  announce(s, before, heirs);
  followCore(s, core);
  return kept;
}

/** Weight of each group that was in each old cluster, in the order of the clusters; at last what was in none. */
function countVotes(before: readonly Cluster[], core: Core, groups: readonly (Group | undefined)[]): Heir[] {
  return groups.filter((group) => group !== undefined).map((group) => {
    const votes = new Map<Cluster | undefined, number>();
    for (const cluster of [...before, undefined]) {
      const weight = sum(group.members.filter((i) => core.micros[i].cluster === cluster).map((i) => core.weights[i]));
      if (weight > 0) votes.set(cluster, weight);
    }
    const weight = sum(group.members.map((i) => core.weights[i]));
    return { group, weight, votes, parent: undefined, from: undefined, cluster: undefined };
  });
}

/** Heaviest vote first: each group continues at most one cluster, each cluster goes to at most one group. */
function elect(heirs: readonly Heir[]): void {
  const votes = heirs.flatMap((heir) => [...heir.votes].map(([cluster, weight]) => ({ heir, cluster, weight })));
  const seen = new Set<Heir>(), taken = new Set<Cluster>();
  for (const { heir, cluster } of sortedIndices(votes.map(({ weight }) => -f32(weight))).map((e) => votes[e])) {
    if (!seen.has(heir)) heir.parent = cluster;
    seen.add(heir);
    if (!cluster || heir.from || taken.has(cluster)) continue;
    heir.from = cluster;
    taken.add(cluster);
  }
}

/** A cluster for each group that is heavy enough. */
function makeClusters(s: State, heirs: readonly Heir[], total: number): void {
  const small = Math.max(CLUSTER_SHARE * total, CLUSTER_POINTS);
  s.clusters = [];
  for (const heir of heirs) {
    if (heir.weight < small && heirs.length > 1 && s.time > YOUNG) continue;
    heir.cluster = heir.from ? goOn(heir, heir.from) : beBorn(s, heir);
    s.clusters.push(heir.cluster);
  }
}

function goOn(heir: Heir, from: Cluster): Cluster {
  const kept = heir.votes.get(from)! / heir.weight;
  return {
    ...from,
    stability: from.stability + KEEP_RATE * (kept - from.stability),
    place: from.place.slice(),
    mean: heir.group.mean.slice(),
  };
}

/** What has no parent came out of the blue and gets an id at once; else it shows its parent's. */
function beBorn(s: State, { parent, group }: Heir): Cluster {
  const blue = !parent, shown = parent ? parent.shown : s.nextId++, unknown = { seen: 0, usual: 0, deviation2: 0 };
  const size = { weight: 0, variance: 0, typical: 0, radius2: 0 };
  const place = group.mean.slice(), mean = group.mean.slice();
  return { shown, own: blue, blue, bornAt: s.time, ...unknown, ...size, stability: 0.5, round: false, place, mean };
}

/** Weight, variance, radius and typical micro-cluster of each cluster; the core belongs to the clusters. */
function measureClusters(core: Core, heirs: readonly Heir[]): void {
  for (const { cluster, group } of heirs) {
    for (const i of group.members) core.micros[i].cluster = cluster;
    if (!cluster) continue;
    cluster.weight = cluster.variance = cluster.radius2 = 0;
    for (const i of group.members) {
      const { weight, center } = core.micros[i], v = core.variances[i];
      cluster.weight += weight;
      cluster.variance += v * weight;
      cluster.radius2 += weight * (v + distance(center, group.mean));
    }
    cluster.variance /= cluster.weight;
    cluster.radius2 /= cluster.weight;
    cluster.typical = cluster.weight / group.members.length;
  }
}

/**
 * What split off shows the id of the cluster that it came from until it is old and heavy enough for its own, or that
 * cluster is gone. Heaviest first.
 */
function confirmIds(s: State): void {
  s.waiting = false;
  const age = Math.min(CONFIRM_SHARE * (s.time - s.since), CONFIRM_AGE), weight = CONFIRM_POINTS * s.unit;
  for (const c of sortedIndices(s.clusters.map((cluster) => -f32(cluster.weight / s.unit)))) {
    const cluster = s.clusters[c];
    if (cluster.own) continue;
    if (s.clusters.some(({ own, shown }) => own && shown === cluster.shown)) {
      if (s.time - cluster.bornAt < age || cluster.weight < weight) {
        s.waiting = true;
        continue;
      }
      emit(s, "split", s.nextId, cluster.shown);
      cluster.shown = s.nextId++;
    }
    cluster.own = true;
  }
}

/** Light micro-clusters follow the nearest of the core within reach; all know how far outside the mature ones they lie. */
function followCore(s: State, core: Core): void {
  const ofCore = new Set(core.micros);
  for (const micro of s.micros) {
    if (ofCore.has(micro)) continue;
    const gaps = core.micros.map((other) => distance(micro.center, other.center)),
      nearest = leastIndex(gaps, () => true);
    micro.cluster = explain(core.micros[nearest], gaps[nearest], s.cost);
  }
  for (const micro of s.micros) micro.outside = distanceOutside(micro, core);
}

function distanceOutside(micro: Micro, core: Core): number {
  const { cluster } = micro, isMature = ({ weight }: Micro) => weight >= MATURE * cluster!.typical;
  if (!cluster || isMature(micro)) return 0;
  const mature = core.micros.filter((other) => other.cluster === cluster && isMature(other));
  return mature.length > 0 ? Math.min(...mature.map((other) => distance(micro.center, other.center))) : 0;
}
