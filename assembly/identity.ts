/** Hands the ids on: a cluster goes on under the id that most of its weight had; ids are handed out sparingly, never twice. */
import {
  center,
  clusters,
  clustersBefore,
  core,
  f32At,
  f32Put,
  f64At,
  f64Put,
  from,
  group,
  groupMass,
  groupRoot,
  i32At,
  i32Put,
  keys,
  last,
  matrix,
  mean,
  mergeFrom,
  mergeInto,
  nearest,
  order,
  outside,
  own,
  places,
  placesBefore,
  points,
  RECORD,
  rowBytes,
  slot,
  up,
  variance,
  weight,
} from "./memory";
import { measureRow } from "./distances";
import { findBorders, meanOf } from "./border";
import { since } from "./drift";
import { BORN, DIED, emit, MERGED, MOVED, SPLIT } from "./events";
import { count, time, unit } from "./micro";
import { CLUSTER_POINTS, CLUSTER_SHARE, CONFIRM_AGE, CONFIRM_POINTS, CONFIRM_SHARE, MATURE, REACH } from "./parameters";
import {
  BLUE,
  BORN_AT,
  clearRecord,
  clusterCount,
  field,
  fieldBefore,
  OWN,
  RADIUS2,
  setClusterCount,
  setField,
  SHOWN,
  STABILITY,
  TYPICAL,
  VARIANCE,
  WEIGHT,
} from "./record";
import { distance, leastIndex, sortByKey } from "./vector";

/** Next id to hand out; whether a cluster waits for an id of its own; running share of the weight that keeps its cluster. */
export let nextId: f64 = 0, waiting: bool = false, stability: f64 = 1;
export function setIdentity(next: f64, wait: bool, stable: f64): void {
  nextId = next;
  waiting = wait;
  stability = stable;
}

/** Share of the weight that kept its cluster in the last step. */
export let keptShare: f64 = 0;

const KEEP_RATE: f64 = 0.2;

/** Clusters before the step. */
let before: i32 = 0;

/** Votes, f64: weight of group g (row) that was in cluster s (column; the last column: in none). */
@inline function vote(g: i32, s: i32): usize {
  return matrix + (<usize> (g * (before + 1) + s) << 3);
}

// By group, in scratch that is free by now: cluster that it continues, cluster most of it came from, its record.
@inline function heirOf(g: i32): i32 {
  return i32At(mergeInto, g);
}
@inline function parentOf(g: i32): i32 {
  return i32At(mergeFrom, g);
}
@inline function recordOf(g: i32): i32 {
  return i32At(nearest, g);
}

/** Cluster that a point at squared distance z from micro-cluster i belongs to, if it lies within its reach: else -1. */
export function explain(i: i32, z: f64, cost: f64): i32 {
  const c = i32At(slot, i);
  return c >= 0 && z <= REACH * max(field(c, VARIANCE), cost) ? c : -1;
}

function countVotes(n: i32, k: i32): f64 {
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
function elect(n: i32, k: i32): void {
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

/** A record for each group that is heavy enough. */
function makeRecords(k: i32, groups: i32, total: f64, early: bool): void {
  memory.copy(clustersBefore, clusters, <usize> (before * RECORD) << 3);
  memory.copy(placesBefore, places, <usize> before * rowBytes);
  const small = max(CLUSTER_SHARE * total, CLUSTER_POINTS);
  let records = 0;
  for (let g = 0; g < k; g++) {
    const heavy = i32At(groupRoot, g) >= 0 && (f64At(groupMass, g) >= small || groups == 1 || early);
    i32Put(nearest, g, heavy ? records : -1);
    if (heavy) fillRecord(records++, g);
  }
  setClusterCount(records);
}

function fillRecord(c: i32, g: i32): void {
  const heir = heirOf(g), place = places + <usize> c * rowBytes;
  clearRecord(c);
  memory.copy(meanOf(c), mean(i32At(groupRoot, g)), rowBytes);
  if (heir >= 0) {
    memory.copy(clusters + (<usize> (c * RECORD) << 3), clustersBefore + (<usize> (heir * RECORD) << 3), RECORD << 3);
    memory.copy(place, placesBefore + <usize> heir * rowBytes, rowBytes);
    const kept = load<f64>(vote(g, heir)) / f64At(groupMass, g);
    setField(c, STABILITY, field(c, STABILITY) + KEEP_RATE * (kept - field(c, STABILITY)));
    return;
  }
  const parent = parentOf(g);
  setField(c, BORN_AT, time);
  setField(c, STABILITY, 0.5);
  setField(c, OWN, parent < 0 ? 1 : 0);
  setField(c, BLUE, parent < 0 ? 1 : 0);
  setField(c, SHOWN, parent < 0 ? nextId++ : fieldBefore(parent, SHOWN));
  memory.copy(place, mean(i32At(groupRoot, g)), rowBytes);
}

/** Weight, variance, radius and typical micro-cluster of each record; the micro-clusters get their slots. */
function measureRecords(n: i32): void {
  for (let c = 0; c < clusterCount; c++) {
    setField(c, WEIGHT, 0);
    setField(c, VARIANCE, 0);
    setField(c, RADIUS2, 0);
    setField(c, TYPICAL, 0);
  }
  for (let i = 0; i < n; i++) {
    const g = i32At(group, i), c = recordOf(g), m = i32At(core, i);
    i32Put(slot, m, c);
    if (c < 0) continue;
    const w = f64At(weight, m), v = <f64> f32At(variance, i);
    setField(c, WEIGHT, field(c, WEIGHT) + w);
    setField(c, VARIANCE, field(c, VARIANCE) + v * w);
    setField(c, RADIUS2, field(c, RADIUS2) + w * (v + <f64> distance(center(m), mean(i32At(groupRoot, g)))));
    setField(c, TYPICAL, field(c, TYPICAL) + 1);
  }
  for (let c = 0; c < clusterCount; c++) {
    const w = field(c, WEIGHT);
    setField(c, VARIANCE, field(c, VARIANCE) / w);
    setField(c, RADIUS2, field(c, RADIUS2) / w);
    setField(c, TYPICAL, w / field(c, TYPICAL));
  }
}

/**
 * What split off shows the id of the cluster that it came from until it is old and heavy enough for its own, or that
 * cluster is gone. Heaviest first.
 */
function confirmIds(): void {
  waiting = false;
  for (let c = 0; c < clusterCount; c++) f32Put(keys, c, -<f32> (field(c, WEIGHT) / unit));
  sortByKey(order, keys, clusterCount);
  for (let m = 0; m < clusterCount; m++) {
    const c = i32At(order, m);
    if (field(c, OWN) != 0) continue;
    const parent = ownerOf(field(c, SHOWN));
    if (parent >= 0) {
      if (
        time - field(c, BORN_AT) < min(CONFIRM_SHARE * (time - since), CONFIRM_AGE) ||
        field(c, WEIGHT) < CONFIRM_POINTS * unit
      ) {
        waiting = true;
        continue;
      }
      emit(SPLIT, nextId, field(c, SHOWN));
      setField(c, SHOWN, nextId++);
    }
    setField(c, OWN, 1);
  }
}

function ownerOf(id: f64): i32 {
  for (let c = 0; c < clusterCount; c++) if (field(c, OWN) != 0 && field(c, SHOWN) == id) return c;
  return -1;
}

/** Record that took most of old cluster s, -1: none. */
function takerOf(s: i32, k: i32): i32 {
  let taker = -1, most: f64 = 0;
  for (let g = 0; g < k; g++) {
    const v = load<f64>(vote(g, s));
    if (recordOf(g) >= 0 && v > most) {
      most = v;
      taker = recordOf(g);
    }
  }
  return taker;
}

/** To a stream that was empty, every cluster that it takes over is born. */
export function announceAll(): void {
  for (let c = 0; c < clusterCount; c++) if (field(c, OWN) != 0) emit(BORN, field(c, SHOWN), -1);
}

function announce(k: i32): void {
  for (let s = 0; s < before; s++) {
    const id = fieldBefore(s, SHOWN);
    if (fieldBefore(s, OWN) == 0 || ownerOf(id) >= 0) continue;
    const taker = takerOf(s, k);
    if (taker >= 0) emit(MERGED, id, field(taker, SHOWN));
    else emit(DIED, id, -1);
  }
  for (let c = 0; c < clusterCount; c++) {
    if (field(c, BORN_AT) == time && field(c, BLUE) != 0) {
      emit(BORN, field(c, SHOWN), -1);
    }
  }
  for (let g = 0; g < k; g++) {
    const c = recordOf(g);
    if (c < 0 || field(c, OWN) == 0) continue;
    const place = places + <usize> c * rowBytes, now = mean(i32At(groupRoot, g));
    if (<f64> distance(place, now) <= field(c, RADIUS2)) continue;
    memory.copy(place, now, rowBytes);
    if (time > 50) emit(MOVED, field(c, SHOWN), -1);
  }
}

/** Light micro-clusters follow the nearest core one within reach, and know how far outside the mature ones they lie. */
function followCore(n: i32, cost: f64): void {
  for (let i = 0; i < count; i++) i32Put(own, i, 0);
  for (let a = 0; a < n; a++) i32Put(own, i32At(core, a), 1);
  for (let i = 0; i < count; i++) {
    if (i32At(own, i)) continue;
    measureRow(center(i), n, keys);
    const a = leastIndex(keys, n);
    i32Put(slot, i, explain(i32At(core, a), <f64> f32At(keys, a), cost));
  }
  for (let i = 0; i < count; i++) f64Put(outside, i, distanceOutside(i, n));
}

function distanceOutside(i: i32, n: i32): f64 {
  const c = i32At(slot, i);
  if (c < 0 || f64At(weight, i) >= MATURE * field(c, TYPICAL)) return 0;
  let z: f32 = Infinity;
  for (let a = 0; a < n; a++) {
    const j = i32At(core, a);
    if (i32At(slot, j) == c && f64At(weight, j) >= MATURE * field(c, TYPICAL)) {
      z = min(z, distance(center(i), center(j)));
    }
  }
  return z < Infinity ? <f64> z : 0;
}

/** Gives the k groups of n core micro-clusters their ids, and says what changed. */
export function handOnIds(n: i32, k: i32, cost: f64): void {
  let groups = 0;
  for (let g = 0; g < k; g++) if (i32At(groupRoot, g) >= 0) groups++;
  const total = countVotes(n, k);
  elect(n, k);
  let kept: f64 = 0;
  for (let g = 0; g < k; g++) if (heirOf(g) >= 0) kept += load<f64>(vote(g, heirOf(g)));
  keptShare = kept / total;
  stability += KEEP_RATE * (keptShare - stability);
  makeRecords(k, groups, total, time <= 50);
  measureRecords(n);
  findBorders(n);
  confirmIds();
  announce(k);
  followCore(n, cost);
}
