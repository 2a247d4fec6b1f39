/** Vectors of four f32 lanes. The order of every sum is fixed, so that every engine gives the same bits. */
import { rowBytes } from "./memory";

/** Sum of the lanes: (0 + 1) + (2 + 3). */
@inline export function sum(v: v128): f32 {
  return (f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1)) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Squared Euclidean distance of two rows; coordinate k is summed in lane k mod 4. */
export function distance(a: usize, b: usize): f32 {
  let s = f32x4.splat(0);
  for (let k: usize = 0, n = rowBytes; k < n; k += 16) {
    const u = f32x4.sub(v128.load(a + k), v128.load(b + k));
    s = f32x4.add(s, f32x4.mul(u, u));
  }
  return sum(s);
}

/** Squared distances of row x to four rows, the same bits as `distance`. */
@inline export function distance4(x: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  const y = v128.load(x);
  let u = f32x4.sub(y, v128.load(a)), p = f32x4.mul(u, u);
  u = f32x4.sub(y, v128.load(b));
  let q = f32x4.mul(u, u);
  u = f32x4.sub(y, v128.load(c));
  let r = f32x4.mul(u, u);
  u = f32x4.sub(y, v128.load(d));
  let s = f32x4.mul(u, u);
  for (let k: usize = 16, n = rowBytes; k < n; k += 16) {
    const y = v128.load(x + k);
    u = f32x4.sub(y, v128.load(a + k));
    p = f32x4.add(p, f32x4.mul(u, u));
    u = f32x4.sub(y, v128.load(b + k));
    q = f32x4.add(q, f32x4.mul(u, u));
    u = f32x4.sub(y, v128.load(c + k));
    r = f32x4.add(r, f32x4.mul(u, u));
    u = f32x4.sub(y, v128.load(d + k));
    s = f32x4.add(s, f32x4.mul(u, u));
  }
  return sums(p, q, r, s);
}

/** The lane sums of four vectors, one a lane. */
@inline export function sums(p: v128, q: v128, r: v128, s: v128): v128 {
  const a = v128.shuffle<f32>(p, q, 0, 4, 1, 5), b = v128.shuffle<f32>(p, q, 2, 6, 3, 7);
  const c = v128.shuffle<f32>(r, s, 0, 4, 1, 5), d = v128.shuffle<f32>(r, s, 2, 6, 3, 7);
  return f32x4.add(
    f32x4.add(v128.shuffle<f32>(a, c, 0, 1, 4, 5), v128.shuffle<f32>(a, c, 2, 3, 6, 7)),
    f32x4.add(v128.shuffle<f32>(b, d, 0, 1, 4, 5), v128.shuffle<f32>(b, d, 2, 3, 6, 7)),
  );
}

/** Moves row a towards row b by the share f. */
export function approach(a: usize, b: usize, f: f32): void {
  const g = f32x4.splat(f);
  for (let k: usize = 0, n = rowBytes; k < n; k += 16) v128.store(a + k, between(v128.load(a + k), v128.load(b + k), g));
}

/** From u towards v by the share f, in every lane. */
@inline export function between(u: v128, v: v128, f: v128): v128 {
  return f32x4.add(u, f32x4.mul(f, f32x4.sub(v, u)));
}

/** Projection of row a - b on row `axis`; coordinate k is summed in lane k mod 4. */
export function project(a: usize, b: usize, axis: usize): f32 {
  let s = f32x4.splat(0);
  for (let k: usize = 0, n = rowBytes; k < n; k += 16) {
    s = f32x4.add(s, f32x4.mul(f32x4.sub(v128.load(a + k), v128.load(b + k)), v128.load(axis + k)));
  }
  return sum(s);
}

/** The least of four values, in every lane: without branches, which chance would decide. */
@inline export function leastLane(values: v128): v128 {
  const m = f32x4.pmin(values, v128.shuffle<f32>(values, values, 2, 3, 0, 1));
  return f32x4.pmin(m, v128.shuffle<f32>(m, m, 1, 0, 3, 2));
}

/** The lowest of the indices whose value is the least. */
@inline export function indexOfLeast(values: v128, indices: v128): i32 {
  let i = v128.bitselect(indices, i32x4.splat(i32.MAX_VALUE), f32x4.eq(values, leastLane(values)));
  i = i32x4.min_s(i, v128.shuffle<i32>(i, i, 2, 3, 0, 1));
  return i32x4.extract_lane(i32x4.min_s(i, v128.shuffle<i32>(i, i, 1, 0, 3, 2)), 0);
}

/** Lowest index of the smallest of n values; what follows them, up to a multiple of four, is passed over. */
export function leastIndex(p: usize, n: i32): i32 {
  let z = f32x4.splat(Infinity), nearest = i32x4.splat(0), index = i32x4(0, 1, 2, 3);
  for (const end = p + (<usize> (n & ~3) << 2); p < end; p += 16) {
    const v = v128.load(p);
    nearest = v128.bitselect(index, nearest, f32x4.lt(v, z));
    z = f32x4.pmin(z, v);
    index = i32x4.add(index, i32x4.splat(4));
  }
  if (n & 3) { // a lane that is masked is NaN
    const v = v128.or(v128.load(p), i32x4.ge_s(index, i32x4.splat(n)));
    nearest = v128.bitselect(index, nearest, f32x4.lt(v, z));
    z = f32x4.pmin(z, v);
  }
  return indexOfLeast(z, nearest);
}

/** Orders indices 0..n by ascending key, equal keys by index (Shell's sort, Ciura's gaps). */
export function sortByKey(order: usize, keys: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<i32>(order + (<usize> i << 2), i);
  for (let g = firstGap(n); g > 0; g = nextGap(g)) {
    for (let i = g; i < n; i++) {
      const x = load<i32>(order + (<usize> i << 2)), key = load<f32>(keys + (<usize> x << 2));
      let j = i;
      for (; j >= g; j -= g) {
        const y = load<i32>(order + (<usize> (j - g) << 2)), other = load<f32>(keys + (<usize> y << 2));
        if (other < key || (other == key && y < x)) break;
        store<i32>(order + (<usize> j << 2), y);
      }
      store<i32>(order + (<usize> j << 2), x);
    }
  }
}

function firstGap(n: i32): i32 {
  return n > 301 ? 301 : n > 132 ? 132 : n > 57 ? 57 : n > 23 ? 23 : n > 10 ? 10 : n > 4 ? 4 : 1;
}
function nextGap(g: i32): i32 {
  return g == 301 ? 132 : g == 132 ? 57 : g == 57 ? 23 : g == 23 ? 10 : g == 10 ? 4 : g == 4 ? 1 : 0;
}
