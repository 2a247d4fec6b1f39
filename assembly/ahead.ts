/**
 * Where a row is one register (d <= 4), four points are looked at before the first of them is learned, a lane each: which groups could
 * hold a micro-cluster within the absorption cost. Learning moves centres and leaves references alone, so this holds until a radius
 * grows or the groups change. Mostly it is one group; what it does not settle is searched as ever.
 */
import { distanceToColumns } from "./columns";
import { enterFrame, enterRows } from "./frame";
import {
  columns,
  dims,
  f32Put,
  groupEnd,
  groupStart,
  i32At,
  isNarrow,
  members,
  point,
  radii,
  reaches,
  rowBytes,
  within,
} from "./memory";
import { changes, findNearest, foundDistance, groups, limitOf, reference, setFound } from "./search";
import { indexOfLeast, leastLane } from "./vector";

/** Squared distance of a nearest micro-cluster up to which the look holds; the changes of the index when it was set. */
let trusted: f32 = 0, seen: i32 = -1;

/** The reaches hold for any cost below; when it has cooled by so much they are set anew, for narrower ones settle more. */
const COOLED: f64 = 0.98;

@inline export function rowAhead(lane: i32): usize {
  return point + <usize> lane * rowBytes;
}

/** Whether points that were looked at must be looked at again. */
@inline export function isOld(): bool {
  return isNarrow() && changes != seen;
}

/** Brings the next points [from, end) of the block, at most four, into the frame and looks at them; answers where they end. */
@inline export function lookAhead(from: i32, end: i32, single: bool, cost: f64): i32 {
  if (!isNarrow()) {
    enterFrame(from, point, single);
    return from + 1;
  }
  const to = min(from + 4, end);
  enterRows(from, to, point, single);
  if (isOld() || cost > <f64> trusted || cost < COOLED * <f64> trusted) trust(<f32> cost);
  if (dims == 4) look(true);
  else look(false);
  return to;
}

/**
 * The reach of each group: how far from its reference a point may lie, squared, for one of its micro-clusters to be within z. A row
 * each: the reference, and in its last coordinate, where that is padding, the reach; else the reach follows in every lane.
 */
function trust(z: f32): void {
  trusted = min(z, f32.MAX_VALUE); // a group without members is infinitely far away
  seen = changes;
  const limit = limitOf(f32x4.splat(trusted));
  for (let g = 0, row = reaches; g < groups; g++, row += 32) {
    const r = f32x4.add(limit, v128.load32_splat(radii + (<usize> g << 2))), reach = f32x4.mul(r, r);
    v128.store(row, v128.load(reference(g)));
    if (dims < 4) f32Put(row, 3, f32x4.extract_lane(reach, 0));
    else v128.store(row, reach, 16);
  }
}

/** Four rows as columns against each reference: `within` gets the groups within reach, a bit each, a lane a row. */
@inline function look(all: bool): void {
  const p = v128.load(point), q = v128.load(point, 16), r = v128.load(point, 32), s = v128.load(point, 48);
  const pq = v128.shuffle<f32>(p, q, 0, 4, 1, 5), rs = v128.shuffle<f32>(r, s, 0, 4, 1, 5);
  const x = v128.shuffle<f32>(pq, rs, 0, 1, 4, 5), y = v128.shuffle<f32>(pq, rs, 2, 3, 6, 7);
  const low = v128.shuffle<f32>(p, q, 2, 6, 3, 7), high = v128.shuffle<f32>(r, s, 2, 6, 3, 7);
  const u = v128.shuffle<f32>(low, high, 0, 1, 4, 5), w = v128.shuffle<f32>(low, high, 2, 3, 6, 7);
  let found = i32x4.splat(0), bit = i32x4.splat(1);
  for (let row = reaches, end = reaches + (<usize> groups << 5); row < end; row += 32) {
    const g = v128.load(row), last = v128.shuffle<f32>(g, g, 3, 3, 3, 3);
    const a = f32x4.sub(x, v128.shuffle<f32>(g, g, 0, 0, 0, 0)),
      b = f32x4.sub(y, v128.shuffle<f32>(g, g, 1, 1, 1, 1)),
      c = f32x4.sub(u, v128.shuffle<f32>(g, g, 2, 2, 2, 2));
    let d = f32x4.add(f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b)), f32x4.mul(c, c));
    if (all) {
      const e = f32x4.sub(w, last);
      d = f32x4.add(d, f32x4.mul(e, e));
    }
    found = v128.or(found, v128.and(f32x4.le(d, all ? v128.load(row, 16) : last), bit));
    bit = i32x4.add(bit, bit);
  }
  v128.store(within, found);
}

/** Finds the micro-cluster of n that is nearest to the row in a lane. */
@inline export function findAhead(lane: i32, row: usize, n: i32): void {
  if (isNarrow()) {
    const groups = i32At(within, lane);
    if (groups != 0 && (groups & (groups - 1)) == 0) {
      if (dims == 4 ? searchOne(ctz(groups), row, true) : searchOne(ctz(groups), row, false)) return;
    }
  }
  findNearest(row, n);
}

/** Looks at group g alone, the only one within reach; answers whether what it found is the nearest of all. */
@inline function searchOne(g: i32, row: usize, all: bool): bool {
  const v = v128.load(row), x = v128.shuffle<f32>(v, v, 0, 0, 0, 0), y = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
  const u = v128.shuffle<f32>(v, v, 2, 2, 2, 2), w = v128.shuffle<f32>(v, v, 3, 3, 3, 3);
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
