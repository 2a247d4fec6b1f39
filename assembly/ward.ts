/**
 * Ward's agglomeration (Ward 1963) on a matrix of merge costs w_i w_j / (w_i + w_j) d2, by the recurrence of Lance and
 * Williams (1967). Costs only grow by merging, so a row's nearest stays nearest until one of the two is merged
 * (Muellner 2011); a cost of infinity (never to be merged) is handed on by the recurrence itself.
 */
import {
  capacity, f32At, f32Put, i32At, i32Put, mass, matrixRow, matrixStride, mergeCost, mergeFrom, mergeInto, nearest, nearestCost,
} from "./memory";
import { center } from "./memory";
import { distance4, least, leastIndex } from "./vector";

/** Fills matrix rows 0..n with the squared distances of the centres listed at `list`. */
export function measure(list: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const row = matrixRow(i), x = center(i32At(list, i));
    for (let j = 0; j <= i; j += 4) {
      const z = distance4(x, listed(list, j, n), listed(list, j + 1, n), listed(list, j + 2, n), listed(list, j + 3, n));
      v128.store(row + (<usize>j << 2), z);
    }
    f32Put(row, i, 0);
    for (let j = 0; j < i; j++) f32Put(matrixRow(j), i, f32At(row, j));
  }
  for (let i = 0; i < n; i++) for (let j = n; j & 3; j++) f32Put(matrixRow(i), j, 0);
}

@inline function listed(list: usize, j: i32, n: i32): usize { return center(i32At(list, min(j, n - 1))); }

/** Turns the squared distances of n points of weight `w` into merge costs. Parts (-1: none) are kept apart. */
export function costs(n: i32, w: usize, parts: usize): void {
  const padded = (n + 3) & ~3;
  for (let i = 0; i < n; i++) {
    const row = matrixRow(i), wi = f32x4.splat(f32At(w, i)), p = i32At(parts, i);
    for (let j = 0; j < padded; j += 4) {
      const at = <usize>j << 2, wj = v128.load(w + at), z = v128.load(row + at);
      v128.store(row + at, f32x4.mul(z, f32x4.div(f32x4.mul(wi, wj), f32x4.add(wi, wj))));
    }
    if (p >= 0) for (let j = 0; j < n; j++) { const q = i32At(parts, j); if (q >= 0 && q != p) f32Put(row, j, Infinity); }
    f32Put(row, i, Infinity);
    for (let j = n; j < padded; j++) f32Put(row, j, Infinity);
    f32Put(mass, i, f32At(w, i));
  }
  for (let j = n; j < padded; j++) f32Put(mass, j, 0);
}

/** Merges n points down to `target`, cheapest first; records what was merged into what at which cost, answers how often. */
export function agglomerate(n: i32, target: i32): i32 {
  const padded = (n + 3) & ~3;
  for (let i = 0; i < n; i++) findPartner(i, padded);
  for (let i = n; i < padded; i++) f32Put(nearestCost, i, Infinity);
  let merges = 0;
  for (; n - merges > target; merges++) {
    const i = leastIndex(nearestCost, padded), cost = f32At(nearestCost, i), j = i32At(nearest, i);
    if (cost == Infinity) break;
    i32Put(mergeInto, merges, i); i32Put(mergeFrom, merges, j); f32Put(mergeCost, merges, cost);
    recur(i, j, cost, n, padded);
    for (let k = 0; k < n; k++) {
      if (f32At(nearestCost, k) == Infinity) continue;
      if (k == i || i32At(nearest, k) == i || i32At(nearest, k) == j) findPartner(k, padded);
    }
  }
  return merges;
}

@inline function findPartner(i: i32, padded: i32): void {
  const j = leastIndex(matrixRow(i), padded);
  i32Put(nearest, i, j); f32Put(nearestCost, i, f32At(matrixRow(i), j));
}

/** Row i becomes that of i and j together; row and column j become infinite. */
function recur(i: i32, j: i32, cost: f32, n: i32, padded: i32): void {
  const wi = f32At(mass, i), wj = f32At(mass, j), a = f32x4.splat(wi), b = f32x4.splat(wj), both = f32x4.splat(wi + wj), c = f32x4.splat(cost);
  const row = matrixRow(i), other = matrixRow(j);
  for (let k: usize = 0, end = <usize>padded << 2; k < end; k += 16) {
    const w = v128.load(mass + k);
    const grown = f32x4.add(f32x4.mul(f32x4.add(a, w), v128.load(row + k)), f32x4.mul(f32x4.add(b, w), v128.load(other + k)));
    v128.store(row + k, f32x4.div(f32x4.sub(grown, f32x4.mul(w, c)), f32x4.add(both, w)));
    v128.store(other + k, f32x4.splat(Infinity));
  }
  f32Put(row, j, Infinity);
  const stride = <usize>matrixStride << 2;
  for (let k = 0, p = matrixRow(0) + (<usize>i << 2), q = matrixRow(0) + (<usize>j << 2); k < n; k++, p += stride, q += stride) {
    store<f32>(p, f32At(row, k)); store<f32>(q, Infinity);
  }
  f32Put(row, i, Infinity);
  f32Put(mass, i, wi + wj); f32Put(nearestCost, j, Infinity);
}
