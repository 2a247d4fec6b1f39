/**
 * The bare scan that bench:kernel measures learning against: the nearest of CENTRES contiguous centres to each point, and
 * nothing else. Eight points a pass (two registers of four) against two centres at once: each coordinate that is loaded is used
 * twice, and four sums hide the latency of the additions. Points lie packed in fours: coordinate by coordinate, four points each.
 */

const CENTRES: i32 = 128;

let dims: i32 = 0;
let count: i32 = 0;
let centresAt: usize = 0;
let pointsAt: usize = 0;
let nearestAt: usize = 0;
let distancesAt: usize = 0;

/** Lays the memory out for `points` points (a multiple of eight) of d dimensions. */
export function init(d: i32, points: i32): void {
  dims = d;
  count = points;
  centresAt = (__heap_base + 15) & ~15;
  pointsAt = centresAt + <usize>(CENTRES * d * 4);
  nearestAt = pointsAt + <usize>(points * d * 4);
  distancesAt = nearestAt + <usize>(points * 4);
  const pages = <i32>((distancesAt + <usize>(points * 4) + 65535) >>> 16) - memory.size();
  if (pages > 0) memory.grow(pages);
}

/** Address of the centres, f32[CENTRES x dims]. */
export function centres(): usize {
  return centresAt;
}

/** Address of the packed points, f32[count / 4 x dims x 4]. */
export function points(): usize {
  return pointsAt;
}

/** Address of the index of the nearest centre of each point, i32[count]; ties: the lowest. */
export function nearest(): usize {
  return nearestAt;
}

/** Address of the squared distance to it, f32[count]. */
export function distances(): usize {
  return distancesAt;
}

/** Scans all points. */
export function scan(): void {
  for (let point = 0; point < count; point += 8) {
    if (dims === 3) scanThree(point);
    else scanAny(point);
  }
}

/** Any number of dimensions: two centres a round, coordinates in the inner loop. */
function scanAny(point: i32): void {
  const row = <usize>dims << 2, end = centresAt + <usize>CENTRES * row, half = row << 2;
  const one = i32x4.splat(1), first = pointsAt + <usize>point * row;
  let low = f32x4.splat(Infinity), high = low, lowAt = i32x4.splat(0), highAt = lowAt, index = lowAt;
  for (let centre = centresAt; centre < end; centre += row << 1) {
    let a = f32x4.splat(0), b = a, c = a, d = a, x = first;
    for (let at = centre, stop = centre + row; at < stop; at += 4, x += 16) {
      const p = v128.load(x), q = v128.load(x + half), u = v128.load32_splat(at), v = v128.load32_splat(at + row);
      const pu = f32x4.sub(p, u), qu = f32x4.sub(q, u), pv = f32x4.sub(p, v), qv = f32x4.sub(q, v);
      a = f32x4.add(a, f32x4.mul(pu, pu));
      b = f32x4.add(b, f32x4.mul(qu, qu));
      c = f32x4.add(c, f32x4.mul(pv, pv));
      d = f32x4.add(d, f32x4.mul(qv, qv));
    }
    lowAt = v128.bitselect(index, lowAt, f32x4.lt(a, low));
    low = f32x4.pmin(low, a);
    highAt = v128.bitselect(index, highAt, f32x4.lt(b, high));
    high = f32x4.pmin(high, b);
    index = i32x4.add(index, one);
    lowAt = v128.bitselect(index, lowAt, f32x4.lt(c, low));
    low = f32x4.pmin(low, c);
    highAt = v128.bitselect(index, highAt, f32x4.lt(d, high));
    high = f32x4.pmin(high, d);
    index = i32x4.add(index, one);
  }
  store(point, low, lowAt, high, highAt);
}

/** Three dimensions: the eight points stay in registers. */
function scanThree(point: i32): void {
  const first = pointsAt + <usize>(point * 12), end = centresAt + <usize>(CENTRES * 12), one = i32x4.splat(1);
  const px = v128.load(first), py = v128.load(first, 16), pz = v128.load(first, 32);
  const qx = v128.load(first, 48), qy = v128.load(first, 64), qz = v128.load(first, 80);
  let low = f32x4.splat(Infinity), high = low, lowAt = i32x4.splat(0), highAt = lowAt, index = lowAt;
  for (let centre = centresAt; centre < end; centre += 12) {
    const cx = v128.load32_splat(centre), cy = v128.load32_splat(centre, 4), cz = v128.load32_splat(centre, 8);
    const a = squared(f32x4.sub(px, cx), f32x4.sub(py, cy), f32x4.sub(pz, cz));
    const b = squared(f32x4.sub(qx, cx), f32x4.sub(qy, cy), f32x4.sub(qz, cz));
    lowAt = v128.bitselect(index, lowAt, f32x4.lt(a, low));
    low = f32x4.pmin(low, a);
    highAt = v128.bitselect(index, highAt, f32x4.lt(b, high));
    high = f32x4.pmin(high, b);
    index = i32x4.add(index, one);
  }
  store(point, low, lowAt, high, highAt);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function squared(x: v128, y: v128, z: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y)), f32x4.mul(z, z));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function store(point: i32, low: v128, lowAt: v128, high: v128, highAt: v128): void {
  const at = <usize>point << 2;
  v128.store(nearestAt + at, lowAt);
  v128.store(nearestAt + at, highAt, 16);
  v128.store(distancesAt + at, low);
  v128.store(distancesAt + at, high, 16);
}
