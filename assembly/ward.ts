/**
 * Ward's agglomeration (Ward 1963) on a matrix of merge costs w_i w_j / (w_i + w_j) d2, by the recurrence of Lance and
 * Williams (1967). Costs only grow by merging, so a row's nearest stays nearest until one of the two is merged
 * (Muellner 2011); a cost of infinity (never to be merged) is handed on by the recurrence itself.
 */
import {
  f32At,
  f32Put,
  i32At,
  i32Put,
  mass,
  matrix,
  matrixRow,
  matrixStride,
  mergeCost,
  mergeFrom,
  mergeInto,
  nearest,
  nearestCost,
  place,
} from "./memory";
import { leastIndex } from "./vector";

/** Turns the squared distances of n points of weight `w` into merge costs. Parts (-1: none) are kept apart. */
export function costs(n: i32, w: usize, parts: usize): void {
  for (let i = 0; i < n; i++) {
    const row = matrixRow(i), wi = f32x4.splat(f32At(w, i)), p = i32At(parts, i);
    for (let at: usize = 0, end = <usize> n << 2; at < end; at += 16) {
      const wj = v128.load(w + at), z = v128.load(row + at);
      v128.store(row + at, f32x4.mul(z, f32x4.div(f32x4.mul(wi, wj), f32x4.add(wi, wj))));
    }
    if (p >= 0) {
      for (let j = 0; j < n; j++) {
        const q = i32At(parts, j);
        if (q >= 0 && q != p) f32Put(row, j, Infinity);
      }
    }
    f32Put(row, i, Infinity);
    f32Put(mass, i, f32At(w, i));
    i32Put(place, i, i);
  }
}

/**
 * Merges n points down to `target`, cheapest first; records what was merged into what at which cost, answers how often.
 * Of two that merge the first row stays; the last row that lives moves to the place of the second.
 */
export function agglomerate(n: i32, target: i32): i32 {
  for (let i = 0; i < n; i++) findPartner(i, n);
  let live = n;
  for (; live > target; live--) {
    const m = n - live, a = leastIndex(nearestCost, live), cost = f32At(nearestCost, a);
    if (cost == Infinity) break;
    const i = min(a, i32At(nearest, a)), j = max(a, i32At(nearest, a)), l = live - 1;
    i32Put(mergeInto, m, i32At(place, i));
    i32Put(mergeFrom, m, i32At(place, j));
    f32Put(mergeCost, m, cost);
    recur(i, j, cost, live);
    moveLast(i, j, l);
    findPartner(i, l);
    lookAnew(i, j, l);
  }
  return n - live;
}

@inline function findPartner(i: i32, live: i32): void {
  const j = leastIndex(matrixRow(i), live);
  i32Put(nearest, i, j);
  f32Put(nearestCost, i, f32At(matrixRow(i), j));
}

/** Rows whose nearest was i or j look for another; those whose nearest was l find it at j now. */
function lookAnew(i: i32, j: i32, l: i32): void {
  const wasI = i32x4.splat(i), wasJ = i32x4.splat(j), wasL = i32x4.splat(l);
  for (let k = 0; k < l; k += 4) {
    const at = nearest + (<usize> k << 2), b = v128.load(at);
    let stale = i32x4.bitmask(v128.or(i32x4.eq(b, wasI), i32x4.eq(b, wasJ)));
    v128.store(at, v128.bitselect(wasJ, b, i32x4.eq(b, wasL)));
    for (; stale; stale &= stale - 1) {
      const m = k + ctz(stale);
      if (m < l) findPartner(m, l);
    }
  }
}

/** Row i becomes that of i and j together. */
function recur(i: i32, j: i32, cost: f32, live: i32): void {
  const wi = f32At(mass, i),
    wj = f32At(mass, j),
    a = f32x4.splat(wi),
    b = f32x4.splat(wj),
    both = f32x4.splat(wi + wj),
    c = f32x4.splat(cost);
  const row = matrixRow(i), other = matrixRow(j);
  for (let k: usize = 0, end = <usize> live << 2; k < end; k += 16) {
    const w = v128.load(mass + k);
    const grown = f32x4.add(
      f32x4.mul(f32x4.add(a, w), v128.load(row + k)),
      f32x4.mul(f32x4.add(b, w), v128.load(other + k)),
    );
    v128.store(row + k, f32x4.div(f32x4.sub(grown, f32x4.mul(w, c)), f32x4.add(both, w)));
  }
  f32Put(row, i, Infinity);
  f32Put(mass, i, wi + wj);
}

/** Row l moves to the place of row j, column l to that of column j; column i becomes row i. The matrix is the same read by columns. */
function moveLast(i: i32, j: i32, l: i32): void {
  const row = matrixRow(i), moved = matrixRow(l), between = f32At(row, l);
  fillColumn(i, row, l);
  if (j != l) {
    fillColumn(j, moved, l);
    memory.copy(matrixRow(j), moved, <usize> l << 2);
    f32Put(row, j, between);
    f32Put(matrixRow(j), i, between);
    f32Put(matrixRow(j), j, Infinity);
  }
  f32Put(mass, j, f32At(mass, l));
  f32Put(nearestCost, j, f32At(nearestCost, l));
  i32Put(nearest, j, i32At(nearest, l));
  i32Put(place, j, i32At(place, l));
}

/** Column c of the first n rows becomes what lies at `from`; what is beyond n, up to a multiple of four, is no longer read. */
@inline function fillColumn(c: i32, from: usize, n: i32): void {
  const stride = <usize> matrixStride << 2;
  for (let at = from, end = from + (<usize> n << 2), p = matrix + (<usize> c << 2); at < end; at += 16, p += stride << 2) {
    const v = v128.load(at);
    v128.store32_lane(p, v, 0);
    v128.store32_lane(p + stride, v, 1);
    v128.store32_lane(p + 2 * stride, v, 2);
    v128.store32_lane(p + 3 * stride, v, 3);
  }
}
