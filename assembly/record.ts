/** A cluster's record: f64 fields. The slot of a micro-cluster is the number of its cluster's record, -1: none. */
import { clusters, clustersBefore, f64At, f64Put, RECORD } from "./memory";

/** Id that the user sees; whether it is the cluster's own (1) or still its parent's (0); point at which it was born. */
export const SHOWN = 0, OWN = 1, BORN_AT = 2;
/** Recent distances of its points: how many were seen, running mean, running squared deviation. */
export const SEEN = 3, USUAL = 4, DEVIATION2 = 5;
/** Weight; variance inside its micro-clusters; weight of a typical micro-cluster; squared radius; running share of weight kept. */
export const WEIGHT = 6, VARIANCE = 7, TYPICAL = 8, RADIUS2 = 9, STABILITY = 10;
/** Whether it came out of the blue (1), not out of another cluster (0); whether it is round and touches another (1). */
export const BLUE = 11, ROUND = 12;

/** Clusters in use. */
export let clusterCount: i32 = 0;
export function setClusterCount(k: i32): void {
  clusterCount = k;
}

@inline function at(table: usize, c: i32): usize {
  return table + (<usize> (c * RECORD) << 3);
}
@inline export function field(c: i32, f: i32): f64 {
  return f64At(at(clusters, c), f);
}
@inline export function setField(c: i32, f: i32, x: f64): void {
  f64Put(at(clusters, c), f, x);
}
@inline export function fieldBefore(c: i32, f: i32): f64 {
  return f64At(at(clustersBefore, c), f);
}
@inline export function clearRecord(c: i32): void {
  memory.fill(at(clusters, c), 0, RECORD << 3);
}

/** Weights grow smaller by f when the unit is set back to one. */
export function scaleRecords(f: f64): void {
  for (let c = 0; c < clusterCount; c++) {
    setField(c, WEIGHT, field(c, WEIGHT) * f);
    setField(c, TYPICAL, field(c, TYPICAL) * f);
  }
}

/** Squared distances grow by f when the frame is rescaled. */
export function scaleSquares(f: f64): void {
  for (let c = 0; c < clusterCount; c++) {
    setField(c, VARIANCE, field(c, VARIANCE) * f);
    setField(c, RADIUS2, field(c, RADIUS2) * f);
    setField(c, DEVIATION2, field(c, DEVIATION2) * f);
    setField(c, USUAL, field(c, USUAL) * sqrt(f));
  }
}
