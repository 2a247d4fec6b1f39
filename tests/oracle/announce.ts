/** Changes of structure, as events. */
import type { Group } from "./group.ts";
import { distance } from "./lanes.ts";
import { type Cluster, emit, type State } from "./state.ts";

/** So many points are too few to ask for heavy clusters, or to say that one moved. */
export const YOUNG = 50;

/** A group on its way to a cluster. */
export interface Heir {
  group: Group;
  weight: number;
  /** Its weight by the cluster that it was in before the step. */
  votes: Map<Cluster | undefined, number>;
  /** The cluster most of it came from; the one that it continues; what it became, unless it is too light. */
  parent: Cluster | undefined;
  from: Cluster | undefined;
  cluster: Cluster | undefined;
}

const owns = (id: number) => ({ own, shown }: Cluster): boolean => own && shown === id;

/** Says which clusters are gone, born or elsewhere. */
export function announce(s: State, before: readonly Cluster[], heirs: readonly Heir[]): void {
  for (const old of before) {
    if (!old.own || s.clusters.some(owns(old.shown))) continue;
    const taker = takerOf(old, heirs);
    if (taker) emit(s, "merged", old.shown, taker.shown);
    else emit(s, "died", old.shown, -1);
  }
  for (const { blue, bornAt, shown } of s.clusters) {
    if (blue && bornAt === s.time) emit(s, "born", shown, -1);
  }
  for (const { cluster, group } of heirs) {
    if (!cluster?.own || distance(cluster.place, group.mean) <= cluster.radius2) continue;
    cluster.place = group.mean.slice();
    if (s.time > YOUNG) emit(s, "moved", cluster.shown, -1);
  }
}

/** The cluster that took most of an old one. */
function takerOf(old: Cluster, heirs: readonly Heir[]): Cluster | undefined {
  let taker: Heir | undefined;
  for (const heir of heirs) {
    if (heir.cluster && (heir.votes.get(old) ?? 0) > (taker?.votes.get(old) ?? 0)) taker = heir;
  }
  return taker?.cluster;
}
