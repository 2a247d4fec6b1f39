/**
 * The nearest micro-cluster of a point, exactly, without looking at all of them. The micro-clusters are filed in groups
 * (a cut of Ward's dendrogram); by the triangle inequality none of a group is nearer than the distance to the group's
 * reference less its radius (Elkan 2003, for k-means). The bounds leave room for rounding, so what is found is what a scan
 * of all finds, bit for bit; ties go to the lowest index.
 */
import {
  center,
  columnOf,
  columns,
  dims,
  f32At,
  f32Put,
  groupEnd,
  groupOf,
  groupStart,
  i32At,
  i32Put,
  isNarrow,
  members,
  radii,
  referenceColumns,
  references,
  rowBytes,
  toReference,
} from "./memory";
import { clearBlock, distanceToColumns, laneAt, setColumn } from "./columns";
import { GROUPS_MAX } from "./parameters";
import { approach, between, distance, distance4, indexOfLeast, leastLane, sum } from "./vector";

/** Relative and absolute room that each part of a bound leaves for the rounding of f32 distances; radii are kept with it. */
const ROOM: f32 = 1.0005, ROOM_LEAST: f32 = 1e-18;

/** What a radius is added to in the bound for squared distance z, in every lane; `limitOf` of less is never more. */
@inline export function limitOf(z: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.sqrt(z), f32x4.splat(ROOM)), f32x4.splat(ROOM_LEAST));
}

/** What `findNearest` found: index (-1: there is none) and squared distance. */
export let foundIndex: i32 = -1, foundDistance: f32 = 0;

export let groups: i32 = 0;

/** Counts what may make a bound wrong: a radius has grown, the groups have changed. */
export let changes: i32 = 0;

/** For a search that is made elsewhere (`ahead.ts`). */
export function setFound(i: i32, z: f32): void {
  foundIndex = i;
  foundDistance = z;
}

@inline export function reference(g: i32): usize {
  return references + <usize> g * rowBytes;
}

/** Forgets the groups; the first micro-cluster that `fileNew` sees begins a new one. */
export function clearIndex(): void {
  groups = 0;
  changes++;
}

/** Begins a group at a row, without room for members; answers its number, or -1 when there are enough. */
export function addGroup(row: usize): i32 {
  if (groups == GROUPS_MAX) return -1;
  const g = groups++;
  memory.copy(reference(g), row, rowBytes);
  f32Put(radii, g, 0);
  i32Put(groupEnd, g, i32At(groupStart, g));
  i32Put(groupStart, groups, i32At(groupStart, g));
  for (let h = groups; h & 3; h++) memory.copy(reference(h), row, rowBytes); // fills up a block of four
  if (isNarrow()) for (let h = g; h == g || h & 3; h++) setColumn(laneAt(referenceColumns, h), v128.load(row));
  return g;
}

/** The group whose reference is nearest to a row; the distances to all of them go to toReference. */
export function nearestGroup(row: usize): i32 {
  return isNarrow() ? nearestReference(row, 4) : nearestReference(row, 0);
}

/** Coordinate k of a row in every lane; nothing where there are no columns to compare it with. */
@inline function lanesOf(row: usize, k: usize, columned: i32): v128 {
  return columned ? v128.load32_splat(row + (k << 2)) : i32x4.splat(0);
}

/** The search knows how many coordinates its columns have, three or four; none where a row is more than a register. */
@inline function nearestReference(row: usize, columned: i32): i32 {
  const x = lanesOf(row, 0, columned), y = lanesOf(row, 1, columned);
  const u = lanesOf(row, 2, columned), w = lanesOf(row, 3, columned);
  let z = f32x4.splat(Infinity), nearest = i32x4.splat(0), index = i32x4(0, 1, 2, 3);
  for (let g: usize = 0, r = references, step = rowBytes; g < <usize> groups; g += 4, r += step << 2) {
    const d = columned
      ? distanceToColumns(x, y, u, w, referenceColumns + (g << 4), columned == 4)
      : distance4(row, r, r + step, r + 2 * step, r + 3 * step);
    v128.store(toReference + (g << 2), d);
    nearest = v128.bitselect(index, nearest, f32x4.lt(d, z));
    z = f32x4.pmin(z, d);
    index = i32x4.add(index, i32x4.splat(4));
  }
  return indexOfLeast(z, nearest);
}

/** Widens the radius of group g so that what lies at squared distance z from its reference lies within. */
@inline function widen(g: i32, z: f32): void {
  const r = f32At(radii, g);
  if (z * (ROOM * ROOM) <= r * r) return; // the root is not waited for where it changes nothing
  f32Put(radii, g, max(r, sqrt(z) * ROOM));
  changes++;
}

/** Widens the radius of the group of micro-cluster i so that it lies within. */
@inline function cover(i: i32): void {
  const g = i32At(groupOf, i);
  widen(g, distance(center(i), reference(g)));
}

/** Micro-cluster i moves towards the point at `row` by the share f. */
@inline export function move(i: i32, row: usize, f: f32): void {
  const c = center(i);
  if (isNarrow()) { // where it lies now stays in its register
    const g = i32At(groupOf, i), moved = between(v128.load(c), v128.load(row), f32x4.splat(f));
    const u = f32x4.sub(moved, v128.load(references + (<usize> g << 4)));
    v128.store(c, moved);
    setColumn(i32At(columnOf, i), moved);
    widen(g, sum(f32x4.mul(u, u)));
  } else {
    approach(c, row, f);
    cover(i);
  }
}

/** Takes in a new micro-cluster, the last of n; all are filed anew where its group has no room. */
export function fileNew(n: i32): void {
  const i = n - 1;
  if (groups == 0) addGroup(center(i));
  const g = nearestGroup(center(i));
  i32Put(groupOf, i, g);
  cover(i);
  if (i32At(groupEnd, g) < i32At(groupStart, g + 1)) addMember(g, i);
  else fileAll(n);
}

/** Micro-cluster i is the next member of group g, and fills up the block of four that it falls in. */
@inline function addMember(g: i32, i: i32): void {
  const p = i32At(groupEnd, g);
  i32Put(groupEnd, g, p + 1);
  for (let q = p; q == p || q & 3; q++) i32Put(members, q, i);
  if (!isNarrow()) return;
  if ((p & 3) == 0) clearBlock(laneAt(columns, p));
  i32Put(columnOf, i, <i32> laneAt(columns, p));
  setColumn(laneAt(columns, p), v128.load(center(i)));
}

/** Files micro-clusters 0..n by their groups, in blocks of four; each group has room for one to four more. */
function fileAll(n: i32): void {
  for (let g = 0; g < groups; g++) i32Put(groupEnd, g, 0);
  for (let i = 0; i < n; i++) {
    const g = i32At(groupOf, i);
    i32Put(groupEnd, g, i32At(groupEnd, g) + 1);
  }
  for (let g = 0, at = 0; g < groups; g++) {
    const size = i32At(groupEnd, g);
    i32Put(groupStart, g, at);
    i32Put(groupEnd, g, at);
    at += (size + 4) & ~3;
    i32Put(groupStart, g + 1, at);
  }
  for (let i = 0; i < n; i++) addMember(i32At(groupOf, i), i);
}

/** Measures every group anew and files all; each micro-cluster must have its group. */
export function refile(n: i32): void {
  for (let g = 0; g < groups; g++) f32Put(radii, g, 0);
  for (let i = 0; i < n; i++) cover(i);
  fileAll(n);
  changes++;
}

/**
 * Finds the micro-cluster of n that is nearest to a row: the group of the nearest reference, then every group that may hold
 * a nearer one. Four candidates at a time, each in a lane, and no branch on what they are.
 */
export function findNearest(row: usize, n: i32): void {
  if (n == 0) {
    foundIndex = -1;
    foundDistance = Infinity;
    return;
  }
  if (!isNarrow()) search(row, 0);
  else if (dims == 4) search(row, 4);
  else search(row, 3);
}

@inline function search(row: usize, columned: i32): void {
  const first = nearestReference(row, columned);
  const x = lanesOf(row, 0, columned), y = lanesOf(row, 1, columned);
  const u = lanesOf(row, 2, columned), w = lanesOf(row, 3, columned);
  let indices = i32x4.splat(0), z = f32x4.splat(Infinity);
  for (let p = start(first), end = stop(first); p < end; p += 16) { // members lie in ascending order
    const d = columned
      ? distanceToColumns(x, y, u, w, columns + ((p - members) << 2), columned == 4)
      : distanceToBlock(row, p);
    indices = v128.bitselect(v128.load(p), indices, f32x4.lt(d, z));
    z = f32x4.pmin(z, d);
  }
  for (let waiting = groupsWithin(z) & ~(<u32> 1 << first); waiting; waiting &= waiting - 1) {
    const g = ctz(waiting);
    for (let p = start(g), end = stop(g); p < end; p += 16) {
      const i = v128.load(p), d = columned
        ? distanceToColumns(x, y, u, w, columns + ((p - members) << 2), columned == 4)
        : distanceToBlock(row, p);
      const nearer = v128.or(f32x4.lt(d, z), v128.and(f32x4.eq(d, z), i32x4.lt_s(i, indices)));
      indices = v128.bitselect(i, indices, nearer);
      z = f32x4.pmin(z, d);
    }
  }
  foundIndex = indexOfLeast(z, indices);
  foundDistance = f32x4.extract_lane(leastLane(z), 0);
}

@inline function start(g: i32): usize {
  return members + (<usize> i32At(groupStart, g) << 2);
}
@inline function stop(g: i32): usize {
  return members + (<usize> i32At(groupEnd, g) << 2);
}

@inline function distanceToBlock(row: usize, p: usize): v128 {
  return distance4(
    row,
    center(load<i32>(p)),
    center(load<i32>(p, 4)),
    center(load<i32>(p, 8)),
    center(load<i32>(p, 12)),
  );
}

/** The groups, a bit each, that may hold a centre as near as the nearest of the four distances. */
@inline function groupsWithin(distances: v128): u32 {
  const limit = limitOf(leastLane(distances));
  let within: u32 = 0;
  for (let g = 0; g < groups; g += 4) {
    const at = <usize> g << 2, r = f32x4.add(limit, v128.load(radii + at));
    within |= <u32> i32x4.bitmask(f32x4.le(v128.load(toReference + at), f32x4.mul(r, r))) << g;
  }
  return within & (<u32> 0xffffffff >>> (32 - groups));
}
