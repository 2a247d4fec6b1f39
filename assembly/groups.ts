/** The groups that the joins begin with: those that the cut left, and what came out of the blue apart from them. */
import {
  clustersMax,
  core,
  f32At,
  f64At,
  f64Put,
  group,
  groupMass,
  groupPart,
  groupRoot,
  i32At,
  i32Put,
  part,
  points,
  slot,
  up,
} from "./memory";
import { time } from "./micro";
import { CLUSTER_POINTS, INFANCY, INFANCY_SHARE } from "./parameters";
import { BLUE, BORN_AT, field } from "./record";
import { beginMeans, uniteMeans } from "./silhouette";

/** Place of a pair of groups in their table. */
@inline export function pair(a: i32, b: i32): i32 {
  return a * clustersMax + b;
}
/** Whether a group was not joined to another. */
@inline export function alive(a: i32): bool {
  return i32At(groupRoot, a) >= 0;
}
/** Whether two groups lie in parts that a valley separates. */
@inline export function apart(a: i32, b: i32): bool {
  const p = i32At(groupPart, a), q = i32At(groupPart, b);
  return p >= 0 && q >= 0 && p != q;
}

/** Numbers the roots by first appearance; fills group, groupRoot, groupPart; answers their count. */
export function numberGroups(n: i32): i32 {
  let k = 0;
  for (let i = 0; i < n; i++) i32Put(group, i, -1);
  for (let i = 0; i < n; i++) {
    let r = i;
    while (i32At(up, r) != r) r = i32At(up, r);
    let g = -1;
    for (let h = 0; h < k; h++) {
      if (i32At(groupRoot, h) == r) {
        g = h;
        break;
      }
    }
    if (g < 0) {
      g = k++;
      i32Put(groupRoot, g, r);
      i32Put(groupPart, g, -1);
    }
    i32Put(group, i, g);
    if (i32At(part, i) >= 0) i32Put(groupPart, g, i32At(part, i));
  }
  return k;
}

/** Whether point i belongs to what came out of the blue not long ago. */
@inline function isNewcomer(i: i32): bool {
  const c = i32At(slot, i32At(core, i));
  return c < 0 || (field(c, BLUE) != 0 && time - field(c, BORN_AT) < min(INFANCY_SHARE * time, INFANCY));
}

/** Weight of the points of group g that came from the same cluster as point i. */
function weightAlike(i: i32, g: i32, n: i32): f64 {
  const s = i32At(slot, i32At(core, i));
  let w: f64 = 0;
  for (let j = 0; j < n; j++) if (i32At(group, j) == g && i32At(slot, i32At(core, j)) == s) w += f32At(points, j);
  return w;
}

/**
 * What came out of the blue is a group of its own for a while, whatever the silhouette says; it may still join over a shallow
 * valley. Answers the groups.
 */
export function setApart(k: i32, n: i32): i32 {
  let groups = k;
  for (let g = 0; g < k; g++) f64Put(groupMass, g, 0);
  for (let i = 0; i < n; i++) {
    const g = i32At(group, i);
    f64Put(groupMass, g, f64At(groupMass, g) + f32At(points, i));
  }
  for (let i = 0; i < n && groups < clustersMax; i++) {
    const g = i32At(group, i);
    if (g >= k || !isNewcomer(i)) continue;
    const w = weightAlike(i, g, n), s = i32At(slot, i32At(core, i));
    if (w < CLUSTER_POINTS || w >= f64At(groupMass, g)) continue;
    for (let j = i; j < n; j++) if (i32At(group, j) == g && i32At(slot, i32At(core, j)) == s) i32Put(group, j, groups);
    groups++;
    f64Put(groupMass, g, f64At(groupMass, g) - w);
  }
  if (groups > k) regroup(groups, n);
  return groups;
}

/** Roots and means of the groups, made anew: the root of a group is its first point. */
function regroup(k: i32, n: i32): void {
  for (let g = 0; g < k; g++) {
    i32Put(groupRoot, g, -1);
    i32Put(groupPart, g, -1);
  }
  beginMeans(n);
  for (let i = 0; i < n; i++) {
    const g = i32At(group, i), r = i32At(groupRoot, g);
    if (r < 0) i32Put(groupRoot, g, i);
    else uniteMeans(r, i);
    if (i32At(part, i) >= 0) i32Put(groupPart, g, i32At(part, i));
  }
}
