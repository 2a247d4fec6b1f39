/**
 * Where a row is one register (d <= 4), four points are looked at before the first of them is learned, a lane each: which reference is
 * nearest, and whether any other group could hold a micro-cluster that is nearer than one at the absorption cost. Learning moves centres
 * and leaves references alone, so this holds until a radius grows or the groups change; what it does not settle is searched as ever.
 */
import { distanceToColumns } from "./columns";
import { enterFrame } from "./frame";
import {
  columns,
  dims,
  firstAhead,
  groupEnd,
  groupStart,
  i32At,
  isNarrow,
  members,
  othersAhead,
  point,
  radii,
  reaches,
  references,
  rowBytes,
} from "./memory";
import { changes, findNearest, foundDistance, groups, limitOf, reference, setFound } from "./search";
import { indexOfLeast, leastLane } from "./vector";

/** Squared distance of a nearest micro-cluster up to which the look holds; the changes of the index when it was set. */
let trusted: f32 = 0, seen: i32 = -1;

@inline export function rowAhead(lane: i32): usize {
  return point + <usize> lane * rowBytes;
}

/** Whether points that were looked at must be looked at again. */
@inline export function isOld(): bool {
  return isNarrow() && changes != seen;
}

/** Brings the next points [from, end) of the block, at most four, into the frame and looks at them; answers where they end. */
@inline export function lookAhead(from: i32, end: i32, single: bool, cost: f64): i32 {
  const to = isNarrow() ? min(from + 4, end) : from + 1;
  for (let p = from; p < to; p++) enterFrame(p, rowAhead(p - from), single);
  if (!isNarrow()) return to;
  trust(<f32> cost);
  if (dims == 4) look(true);
  else look(false);
  return to;
}

/** The reach of each group: how far from its reference a point may lie, squared, for one of its micro-clusters to be within z. */
function trust(z: f32): void {
  trusted = min(z, f32.MAX_VALUE); // a group without members is infinitely far away
  seen = changes;
  const limit = limitOf(f32x4.splat(z));
  for (let at: usize = 0, end = <usize> groups << 2; at < end; at += 16) {
    const r = f32x4.add(limit, v128.load(radii + at));
    v128.store(reaches + at, f32x4.mul(r, r));
  }
}

/** Four rows as columns against each reference; `others` counts the groups within reach besides one, negated. */
function look(all: bool): void {
  const p = v128.load(point), q = v128.load(point, 16), r = v128.load(point, 32), s = v128.load(point, 48);
  const pq = v128.shuffle<f32>(p, q, 0, 4, 1, 5), rs = v128.shuffle<f32>(r, s, 0, 4, 1, 5);
  const x = v128.shuffle<f32>(pq, rs, 0, 1, 4, 5), y = v128.shuffle<f32>(pq, rs, 2, 3, 6, 7);
  const low = v128.shuffle<f32>(p, q, 2, 6, 3, 7), high = v128.shuffle<f32>(r, s, 2, 6, 3, 7);
  const u = v128.shuffle<f32>(low, high, 0, 1, 4, 5), w = v128.shuffle<f32>(low, high, 2, 3, 6, 7);
  let z = f32x4.splat(Infinity), first = i32x4.splat(0), index = first, others = i32x4.splat(1);
  for (let g = references, reach = reaches, end = reference(groups); g < end; g += 16, reach += 4) {
    const a = f32x4.sub(x, v128.load32_splat(g)),
      b = f32x4.sub(y, v128.load32_splat(g, 4)),
      c = f32x4.sub(u, v128.load32_splat(g, 8));
    let d = f32x4.mul(c, c);
    if (all) {
      const e = f32x4.sub(w, v128.load32_splat(g, 12));
      d = f32x4.add(d, f32x4.mul(e, e));
    }
    d = f32x4.add(f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b)), d);
    first = v128.bitselect(index, first, f32x4.lt(d, z));
    z = f32x4.pmin(z, d);
    others = i32x4.add(others, f32x4.le(d, v128.load32_splat(reach)));
    index = i32x4.add(index, i32x4.splat(1));
  }
  v128.store(firstAhead, first);
  v128.store(othersAhead, others);
}

/** Finds the micro-cluster of n that is nearest to the row in a lane. */
@inline export function findAhead(lane: i32, row: usize, n: i32): void {
  if (isNarrow() && i32At(othersAhead, lane) >= 0) {
    if (dims == 4 ? searchFirst(lane, row, true) : searchFirst(lane, row, false)) return;
  }
  findNearest(row, n);
}

/** Looks at the group of the nearest reference alone; answers whether what it found is the nearest of all. */
@inline function searchFirst(lane: i32, row: usize, all: bool): bool {
  const v = v128.load(row), x = v128.shuffle<f32>(v, v, 0, 0, 0, 0), y = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
  const u = v128.shuffle<f32>(v, v, 2, 2, 2, 2), w = v128.shuffle<f32>(v, v, 3, 3, 3, 3), g = i32At(firstAhead, lane);
  const begin = columns + (<usize> i32At(groupStart, g) << 4), end = columns + (<usize> i32At(groupEnd, g) << 4);
  let blocks = i32x4.splat(<i32> begin), z = f32x4.splat(Infinity);
  for (let block = begin; block < end; block += 64) { // members lie in ascending order
    const d = distanceToColumns(x, y, u, w, block, all);
    blocks = v128.bitselect(i32x4.splat(<i32> block), blocks, f32x4.lt(d, z));
    z = f32x4.pmin(z, d);
  }
  const least = f32x4.extract_lane(leastLane(z), 0);
  const place = <usize> indexOfLeast(z, i32x4.add(blocks, i32x4(0, 4, 8, 12))) - columns; // of its first coordinate
  setFound(load<i32>(members + (place >> 6 << 4) + (place & 63)), least);
  return least <= trusted;
}
