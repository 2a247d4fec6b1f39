/**
 * Which group goes on as which cluster: the micro-clusters of a group vote with their weight for the cluster that they were in (after
 * MONIC: Spiliopoulou et al. 2006).
 */
import {
  core,
  f32At,
  f32Put,
  f64At,
  f64Put,
  from,
  group,
  groupMass,
  i32At,
  i32Put,
  keys,
  matrix,
  mergeFrom,
  mergeInto,
  order,
  own,
  points,
  slot,
  up,
} from "./memory";
import { clusterCount } from "./record";
import { sortByKey } from "./vector";

/** Clusters before the step. */
export let before: i32 = 0;

/** Votes, f64: weight of group g (row) that was in cluster s (column; the last column: in none). */
@inline export function vote(g: i32, s: i32): usize {
  return matrix + (<usize> (g * (before + 1) + s) << 3);
}

// By group, in scratch that is free by now: cluster that it continues, cluster most of it came from.
@inline export function heirOf(g: i32): i32 {
  return i32At(mergeInto, g);
}
@inline export function parentOf(g: i32): i32 {
  return i32At(mergeFrom, g);
}

/** Counts the votes of n core micro-clusters in k groups, and the weight of each group; answers all of it. */
export function countVotes(n: i32, k: i32): f64 {
  before = clusterCount;
  memory.fill(matrix, 0, <usize> (k * (before + 1)) << 3);
  for (let g = 0; g < k; g++) f64Put(groupMass, g, 0);
  let total: f64 = 0;
  for (let i = 0; i < n; i++) {
    const g = i32At(group, i),
      s = i32At(slot, i32At(core, i)),
      w = <f64> f32At(points, i),
      p = vote(g, s < 0 ? before : s);
    store<f64>(p, load<f64>(p) + w);
    f64Put(groupMass, g, f64At(groupMass, g) + w);
    total += w;
  }
  return total;
}

/** Heaviest vote first: each group continues at most one cluster, each cluster goes to at most one group. */
export function elect(k: i32): void {
  let entries = 0;
  for (let g = 0; g < k; g++) {
    i32Put(mergeInto, g, -1);
    i32Put(mergeFrom, g, -2);
    for (let s = 0; s <= before; s++) {
      const v = load<f64>(vote(g, s));
      if (v > 0) {
        i32Put(own, entries, g);
        i32Put(from, entries, s < before ? s : -1);
        f32Put(keys, entries++, -<f32> v);
      }
    }
  }
  for (let s = 0; s < before; s++) i32Put(up, s, 0);
  sortByKey(order, keys, entries);
  for (let m = 0; m < entries; m++) {
    const e = i32At(order, m), g = i32At(own, e), s = i32At(from, e);
    if (parentOf(g) == -2) i32Put(mergeFrom, g, s);
    if (s < 0 || heirOf(g) >= 0 || i32At(up, s)) continue;
    i32Put(mergeInto, g, s);
    i32Put(up, s, 1);
  }
}
