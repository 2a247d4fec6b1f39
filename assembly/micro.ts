/**
 * The micro-clusters: additive summaries of what was seen (CluStream's cluster features: Aggarwal et al. 2003), forgotten by
 * weight: a point that arrives later weighs more, so nothing is touched to decay it.
 */
import {
  center,
  f64At,
  f64Put,
  groupOf,
  i32At,
  i32Put,
  last,
  outside,
  rowBytes,
  scatter,
  slot,
  weight,
} from "./memory";
import { UNIT_MAX, WEIGHT_LEAST } from "./parameters";
import { scaleRecords } from "./record";
import { fileNew, move, refile } from "./search";
import { approach } from "./vector";

/** Micro-clusters in use; points learned; weight of a point that arrives now. */
export let count: i32 = 0, time: f64 = 0, unit: f64 = 1;

export function setMicro(n: i32, t: f64, u: f64): void {
  count = n;
  time = t;
  unit = u;
}

/** Time passes by one point; `forget` is the share that everything before loses. */
export function tick(forget: f64): void {
  time += 1;
  unit *= 1 + forget;
  if (unit > UNIT_MAX) renormalise();
}

/** Sets the unit back to one; what would weigh next to nothing is gone. */
function renormalise(): void {
  const f = 1 / unit;
  for (let i = count - 1; i >= 0; i--) {
    f64Put(weight, i, f64At(weight, i) * f);
    f64Put(scatter, i, f64At(scatter, i) * f);
    if (f64At(weight, i) < WEIGHT_LEAST) remove(i);
  }
  refile(count);
  scaleRecords(f);
  unit = 1;
}

/** All that was learned weighs less by `loss`. */
export function fade(loss: f64): void {
  unit *= loss;
}

/** Squared distances grow by f when the frame is rescaled. */
export function scaleScatter(f: f64): void {
  for (let i = 0; i < count; i++) {
    f64Put(scatter, i, f64At(scatter, i) * f);
    f64Put(outside, i, f64At(outside, i) * f);
  }
}

/** Micro-cluster i takes in the point at `row`, at squared distance z: its rate 1 / (weight + 1) falls as it matures. */
@inline export function absorb(i: i32, z: f32, row: usize): void {
  const w = f64At(weight, i), rate = unit / (w + unit);
  f64Put(scatter, i, f64At(scatter, i) + unit * (1 - rate) * <f64> z);
  f64Put(weight, i, w + unit);
  f64Put(last, i, time);
  move(i, row, <f32> rate);
}

/** A new micro-cluster at `row`, of cluster s, at squared distance `out` from the mature ones of s. */
export function insert(row: usize, s: i32, out: f64): void {
  const i = count++;
  memory.copy(center(i), row, rowBytes);
  f64Put(weight, i, unit);
  f64Put(scatter, i, 0);
  f64Put(last, i, time);
  i32Put(slot, i, s);
  f64Put(outside, i, out);
  fileNew(count);
}

/** Takes micro-cluster i out; the last one moves to its place. The index must be filed anew after. */
export function remove(i: i32): void {
  const l = --count;
  if (i == l) return;
  memory.copy(center(i), center(l), rowBytes);
  f64Put(weight, i, f64At(weight, l));
  f64Put(scatter, i, f64At(scatter, l));
  f64Put(last, i, f64At(last, l));
  i32Put(slot, i, i32At(slot, l));
  f64Put(outside, i, f64At(outside, l));
  i32Put(groupOf, i, i32At(groupOf, l));
}

/** Micro-cluster i takes in micro-cluster j, share f of their weight; `growth` is what the scatter grows. */
export function unite(i: i32, j: i32, growth: f64): void {
  const w = f64At(weight, i) + f64At(weight, j), f = f64At(weight, j) / w;
  approach(center(i), center(j), <f32> f);
  f64Put(weight, i, w);
  f64Put(scatter, i, f64At(scatter, i) + f64At(scatter, j) + growth);
  f64Put(last, i, max(f64At(last, i), f64At(last, j)));
  if (i32At(slot, j) >= 0 && (i32At(slot, i) < 0 || f > 0.5)) i32Put(slot, i, i32At(slot, j));
}

/** Sum of all weights. */
export function totalWeight(): f64 {
  let s: f64 = 0;
  for (let i = 0; i < count; i++) s += f64At(weight, i);
  return s;
}
