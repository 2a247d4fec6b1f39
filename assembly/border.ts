/**
 * The border between two clusters. By the nearest micro-cluster it follows any shape, and every accident of few points too. Two
 * round clusters of like size that touch have the best border half way between their means (Fisher 1936, equal variances): there
 * the label goes by the nearer mean.
 */
import { center, clusterMeans, core, dims, f32At, i32At, points, rowBytes, slot } from "./memory";
import { BORDER_AGREE, BORDER_NEAR } from "./parameters";
import { clusterCount, field, RADIUS2, ROUND, setField } from "./record";
import { areLike, beginGroup, isEven, takeMember } from "./round";
import { distance } from "./vector";

@inline export function meanOf(c: i32): usize {
  return clusterMeans + <usize> c * rowBytes;
}

@inline function areAlike(a: i32, b: i32): bool {
  return areLike(field(a, RADIUS2), field(b, RADIUS2));
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
  let all: f64 = 0, agreed: f64 = 0;
  beginGroup();
  for (let a = 0; a < n; a++) {
    const i = i32At(core, a);
    if (i32At(slot, i) != c) continue;
    const z = distance(center(i), meanOf(c)), w = <f64> f32At(points, a);
    all += w;
    if (isNearest(center(i), z, c)) agreed += w;
    takeMember(a, z);
  }
  return agreed >= BORDER_AGREE * all && isEven();
}

/** Which clusters are round and touch another: at their borders the nearer mean decides. */
export function findBorders(n: i32): void {
  for (let c = 0; c < clusterCount; c++) setField(c, ROUND, touches(c) && isRound(c, n) ? 1 : 0);
}

/** The cluster of a row whose nearest micro-cluster says cluster c (-1: none). */
@inline export function acrossBorder(row: usize, c: i32): i32 {
  return c < 0 || field(c, ROUND) == 0 ? c : nearerMean(row, c);
}

function nearerMean(row: usize, c: i32): i32 {
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
