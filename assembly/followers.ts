/** Who belongs to a cluster by reach: a point near one of its micro-clusters, and light micro-clusters that no structure step groups. */
import { center, core, f32At, f64At, f64Put, i32At, i32Put, keys, outside, own, slot, weight } from "./memory";
import { measureRow } from "./distances";
import { count } from "./micro";
import { MATURE, REACH } from "./parameters";
import { field, TYPICAL, VARIANCE } from "./record";
import { distance, leastIndex } from "./vector";

/** Cluster that a point at squared distance z from micro-cluster i belongs to, if it lies within its reach: else -1. */
export function explain(i: i32, z: f64, cost: f64): i32 {
  const c = i32At(slot, i);
  return c >= 0 && z <= REACH * max(field(c, VARIANCE), cost) ? c : -1;
}

/** Light micro-clusters follow the nearest core one within reach, and know how far outside the mature ones they lie. */
export function followCore(n: i32, cost: f64): void {
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
