/**
 * The nearest micro-cluster of a point, exactly, without looking at all of them. The micro-clusters are filed in groups
 * (a cut of Ward's dendrogram); by the triangle inequality none of a group is nearer than the distance to the group's
 * reference less its radius (Elkan 2003, for k-means). The bounds leave room for rounding, so what is found is what a scan
 * of all finds, bit for bit; ties go to the lowest index.
 */
import {
  center, f32At, f32Put, groupEnd, groupOf, groupStart, i32At, i32Put, members, radii, references, rowBytes, toReference,
} from "./memory";
import { FRESH_MAX, GROUPS_MAX } from "./parameters";
import { distance, distance4, leastIndex } from "./vector";

/** Relative and absolute room that a bound leaves for the rounding of f32 distances. */
const ROOM: f32 = 1.001, ROOM_LEAST: f32 = 1e-36;

/** What `findNearest` found: index (-1: there is none) and squared distance. */
export let foundIndex: i32 = -1, foundDistance: f32 = 0;

let groups: i32 = 0, filed: i32 = 0;

@inline function reference(g: i32): usize { return references + <usize>g * rowBytes; }

/** Forgets the groups; the first micro-cluster that `file` sees begins a new one. */
export function clearIndex(): void { groups = 0; filed = 0; }

/** Begins a group at a row; answers its number, or -1 when there are enough. */
export function addGroup(row: usize): i32 {
  if (groups == GROUPS_MAX) return -1;
  memory.copy(reference(groups), row, rowBytes);
  f32Put(radii, groups, 0);
  return groups++;
}

/** The group whose reference is nearest to a row. */
export function nearestGroup(row: usize): i32 {
  measureReferences(row);
  return leastIndex(toReference, (groups + 3) & ~3);
}

@inline function measureReferences(row: usize): void {
  for (let g = 0; g < groups; g += 4) {
    const r = reference(g);
    v128.store(toReference + (<usize>g << 2), distance4(row, r, r + rowBytes, r + 2 * rowBytes, r + 3 * rowBytes));
  }
  for (let g = groups; g & 3; g++) f32Put(toReference, g, Infinity);
}

/** Widens the group's radius so that micro-cluster i, which is new or has moved, lies within. */
@inline export function cover(i: i32): void {
  const g = i32At(groupOf, i), r = sqrt(distance(center(i), reference(g)));
  if (r > f32At(radii, g)) f32Put(radii, g, r);
}

/** Takes in a new micro-cluster, the last of n; the point that it stands on was the last one searched for. */
export function fileNew(n: i32): void {
  const i = n - 1;
  if (groups == 0) addGroup(center(i));
  i32Put(groupOf, i, nearestGroup(center(i)));
  cover(i);
  if (n - filed > FRESH_MAX) fileAll(n);
}

/** Files micro-clusters 0..n by their groups, in blocks of four (a block is filled up with its last member). */
export function fileAll(n: i32): void {
  for (let g = 0; g < groups; g++) i32Put(groupEnd, g, 0);
  for (let i = 0; i < n; i++) { const g = i32At(groupOf, i); i32Put(groupEnd, g, i32At(groupEnd, g) + 1); }
  for (let g = 0, at = 0; g < groups; g++) {
    const size = i32At(groupEnd, g);
    i32Put(groupStart, g, at); i32Put(groupEnd, g, at);
    at += (size + 3) & ~3;
  }
  for (let i = 0; i < n; i++) {
    const g = i32At(groupOf, i), p = i32At(groupEnd, g);
    i32Put(members, p, i); i32Put(groupEnd, g, p + 1);
  }
  for (let g = 0; g < groups; g++) {
    let p = i32At(groupEnd, g);
    for (; p & 3; p++) i32Put(members, p, i32At(members, p - 1));
    i32Put(groupEnd, g, p);
  }
  filed = n;
}

/** Measures every group anew and files all; each micro-cluster must have its group. */
export function refile(n: i32): void {
  for (let g = 0; g < groups; g++) f32Put(radii, g, 0);
  for (let i = 0; i < n; i++) cover(i);
  fileAll(n);
}

/** Finds the micro-cluster of n that is nearest to a row. */
export function findNearest(row: usize, n: i32): void {
  foundIndex = -1; foundDistance = Infinity;
  if (n == 0) return;
  measureReferences(row);
  const first = leastIndex(toReference, (groups + 3) & ~3);
  scanGroup(row, first);
  for (let i = filed; i < n; i += 4) scanBlock(row, i, min(i + 1, n - 1), min(i + 2, n - 1), min(i + 3, n - 1));
  const room = f32x4.splat(ROOM), least = f32x4.splat(ROOM_LEAST), limit = f32x4.splat(sqrt(foundDistance));
  for (let g = 0; g < groups; g += 4) {
    const at = <usize>g << 2, r = f32x4.add(limit, v128.load(radii + at));
    let mask = i32x4.bitmask(f32x4.le(v128.load(toReference + at), f32x4.add(f32x4.mul(f32x4.mul(r, r), room), least)));
    for (; mask; mask &= mask - 1) { const h = g + ctz(mask); if (h != first && h < groups) scanGroup(row, h); }
  }
}

@inline function consider(i: i32, z: f32): void {
  if (z < foundDistance || (z == foundDistance && i < foundIndex)) { foundDistance = z; foundIndex = i; }
}

function scanGroup(row: usize, g: i32): void {
  for (let p = i32At(groupStart, g), end = i32At(groupEnd, g); p < end; p += 4) {
    scanBlock(row, i32At(members, p), i32At(members, p + 1), i32At(members, p + 2), i32At(members, p + 3));
  }
}

@inline function scanBlock(row: usize, a: i32, b: i32, c: i32, d: i32): void {
  const z = distance4(row, center(a), center(b), center(c), center(d));
  if (!v128.any_true(f32x4.le(z, f32x4.splat(foundDistance)))) return;
  consider(a, f32x4.extract_lane(z, 0)); consider(b, f32x4.extract_lane(z, 1));
  consider(c, f32x4.extract_lane(z, 2)); consider(d, f32x4.extract_lane(z, 3));
}
