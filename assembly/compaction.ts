/** Makes room: drops stale singletons and what is forgotten, then merges by least growth of scatter. */
import { beginCore, measure } from "./distances";
import { agglomerate, costs } from "./ward";
import {
  capacity,
  core,
  f32At,
  f32Put,
  f64At,
  group,
  i32At,
  i32Put,
  keys,
  last,
  mergeCost,
  mergeFrom,
  mergeInto,
  order,
  part,
  points,
  weight,
} from "./memory";
import { count, remove, time, unit, unite } from "./micro";
import { FILL, FORGOTTEN, LIGHT, LIGHT_LEAST, LIGHT_MOST } from "./parameters";
import { refile } from "./search";
import { sortByKey } from "./vector";

/** Drops singletons older than the median one, unless the memory is too fine (then merging is right) or the stream is all singletons. */
function dropStale(paceKept: bool): void {
  let light = 0;
  for (let i = 0; i < count; i++) {
    if (f64At(weight, i) < LIGHT * unit) f32Put(keys, light++, <f32> (f64At(last, i) - time));
  }
  if (!paceKept || <f64> light <= LIGHT_LEAST * capacity || <f64> light >= LIGHT_MOST * capacity) return;
  sortByKey(order, keys, light);
  const cut = f32At(keys, i32At(order, light >> 1));
  for (let i = count - 1; i >= 0; i--) {
    if (f64At(weight, i) < LIGHT * unit && <f32> (f64At(last, i) - time) <= cut) remove(i);
  }
}

/** Merges down to a share FILL of the capacity; answers the price of the last merge, in points. */
export function mergeDown(): f64 {
  const n = count, target = <i32> (FILL * <f64> capacity);
  if (n <= target + 4) return 0;
  for (let i = 0; i < n; i++) {
    i32Put(core, i, i);
    f32Put(points, i, <f32> (f64At(weight, i) / unit));
    i32Put(part, i, -1);
    i32Put(group, i, 1);
  }
  beginCore(n);
  measure(n);
  costs(n, points, part);
  const merges = agglomerate(n, target);
  let cost: f32 = 0;
  for (let m = 0; m < merges; m++) {
    const j = i32At(mergeFrom, m);
    cost = f32At(mergeCost, m);
    unite(i32At(mergeInto, m), j, <f64> cost * unit);
    i32Put(group, j, 0);
  }
  for (let i = n - 1; i >= 0; i--) if (!i32At(group, i)) remove(i);
  return <f64> cost;
}

/** Makes room; answers the price of the last merge, 0 where nothing was merged. */
export function compact(paceKept: bool): f64 {
  dropStale(paceKept);
  for (let i = count - 1; i >= 0; i--) if (f64At(weight, i) < FORGOTTEN * unit) remove(i);
  const cost = mergeDown();
  refile(count);
  return cost;
}
