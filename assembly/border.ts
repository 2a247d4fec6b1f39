/**
 * The border between two clusters. By the nearest micro-cluster it follows any shape, and every accident of few points too. Two
 * round clusters of like size that touch have the best border half way between their means (Fisher 1936, equal variances): there
 * the label goes by the nearer mean.
 */
import {
  center,
  clusterMeans,
  core,
  dims,
  f32At,
  f32Put,
  i32At,
  i32Put,
  own,
  points,
  rowBytes,
  slot,
  variance,
  width,
} from "./memory";
import { BORDER_AGREE, BORDER_LIKE, BORDER_MICROS, BORDER_NEAR, BORDER_ROUND } from "./parameters";
import { clusterCount, field, RADIUS2, ROUND, setField } from "./record";
import { distance } from "./vector";

@inline export function meanOf(c: i32): usize {
  return clusterMeans + <usize> c * rowBytes;
}

/** Whether neither of two clusters is much wider than the other. */
@inline function areAlike(a: i32, b: i32): bool {
  const p = field(a, RADIUS2), q = field(b, RADIUS2);
  return p <= BORDER_LIKE * q && q <= BORDER_LIKE * p;
}

/** Whether another cluster of like size lies so near that the two may overlap. */
function touches(c: i32): bool {
  for (let h = 0; h < clusterCount; h++) {
    if (h == c || !areAlike(c, h)) continue;
    const gap = <f64> distance(meanOf(c), meanOf(h)) * <f64> dims;
    if (gap < BORDER_NEAR * max(field(c, RADIUS2), field(h, RADIUS2))) return true;
  }
  return false;
}

/** Whether a row at squared distance z from the mean of cluster c is as near to no other mean. */
function isNearest(row: usize, z: f32, c: i32): bool {
  for (let h = 0; h < clusterCount; h++) if (h != c && distance(row, meanOf(h)) < z) return false;
  return true;
}

/** Whether the micro-clusters of a cluster mostly lie nearest to its own mean, and spread alike in all directions. */
function isRound(c: i32, n: i32): bool {
  let m = 0, all: f64 = 0, agreed: f64 = 0, within: f64 = 0, between: f64 = 0;
  for (let a = 0; a < n; a++) {
    const i = i32At(core, a);
    if (i32At(slot, i) != c) continue;
    const z = distance(center(i), meanOf(c)), w = <f64> f32At(points, a);
    all += w;
    if (isNearest(center(i), z, c)) agreed += w;
    within += w * <f64> f32At(variance, a);
    between += w * <f64> z;
    f32Put(width, m, z);
    i32Put(own, m++, a);
  }
  if (m < BORDER_MICROS || agreed < BORDER_AGREE * all) return false;
  within /= all;
  between /= all;
  const norm2 = spread(m) + (2 * between + within) * within / <f64> dims;
  return (between + within) * (between + within) >= BORDER_ROUND * <f64> dims * norm2;
}

/**
 * Squared norm of the covariance of the m micro-clusters listed in `own`, their squared distances to the mean in `width`: the
 * mean squared product of two of them, which few micro-clusters don't bias, from distances alone (law of cosines).
 */
function spread(m: i32): f64 {
  let square: f64 = 0, pairs: f64 = 0;
  for (let p = 1; p < m; p++) {
    const a = i32At(own, p), x = center(i32At(core, a));
    for (let q = 0; q < p; q++) {
      const b = i32At(own, q), w = <f64> f32At(points, a) * <f64> f32At(points, b);
      const z = <f64> distance(x, center(i32At(core, b)));
      const product = 0.5 * (<f64> f32At(width, p) + <f64> f32At(width, q) - z);
      square += w * product * product;
      pairs += w;
    }
  }
  return square / pairs;
}

/** Which clusters are round and touch another: at their borders the nearer mean decides. */
export function findBorders(n: i32): void {
  for (let c = 0; c < clusterCount; c++) setField(c, ROUND, touches(c) && isRound(c, n) ? 1 : 0);
}

/** The cluster of a row whose nearest micro-cluster says cluster c (-1: none). */
export function acrossBorder(row: usize, c: i32): i32 {
  if (c < 0 || field(c, ROUND) == 0) return c;
  let nearest = c, z = distance(row, meanOf(c));
  for (let h = 0; h < clusterCount; h++) {
    if (h == c || field(h, ROUND) == 0 || !areAlike(c, h)) continue;
    const y = distance(row, meanOf(h));
    if (y < z) {
      z = y;
      nearest = h;
    }
  }
  return nearest;
}
