/** The structure step: groups the micro-clusters into clusters, and hands on the ids. */
import {
  center,
  clustersMax,
  core,
  f32At,
  f32Put,
  f64At,
  groupOf,
  i32At,
  i32Put,
  matrixRow,
  points,
  reachOne,
  scatter,
  variance,
  weight,
} from "./memory";
import { beginCore, measure } from "./distances";
import { densityIsKnown, findParts, noParts, weightedMedian } from "./density";
import { handOnIds } from "./identity";
import { joinClusters } from "./join";
import { count, totalWeight, unit } from "./micro";
import { CORE_POINTS, CORE_SHARE, FLOOR_SHARE, YOUNG_SHARE } from "./parameters";
import { weighEvidence } from "./novelty";
import { nearestGroup, refile } from "./search";
import { chooseClusters } from "./silhouette";

/** Lists the micro-clusters that weigh enough; answers their count. */
function chooseCore(): i32 {
  const total = totalWeight(), enough = min(min(CORE_POINTS * unit, CORE_SHARE * total), 0.5 * total / <f64> count);
  let n = 0;
  for (let i = 0; i < count; i++) {
    const w = f64At(weight, i);
    if (w >= enough) {
      f32Put(points, n, <f32> (w / unit));
      i32Put(core, n++, i);
    }
  }
  for (let a = n; a & 3; a++) f32Put(points, a, 0);
  return n;
}

/** Typical squared distance to the next point. */
function typicalGap(n: i32): f32 {
  if (n < 2) return 0;
  for (let i = 0; i < n; i++) {
    let gap: f32 = Infinity;
    for (let j = 0, row = matrixRow(i); j < n; j++) if (j != i && f32At(row, j) < gap) gap = f32At(row, j);
    f32Put(reachOne, i, gap);
  }
  return weightedMedian(reachOne, n);
}

/** Variances, floored: duplicated points look like perfect clusters. Before the first compaction each point stands alone. */
function setVariances(n: i32, cost: f64, compacted: bool): void {
  const floor = compacted ? FLOOR_SHARE * cost : YOUNG_SHARE * <f64> typicalGap(n);
  for (let a = 0; a < n; a++) {
    const i = i32At(core, a);
    f32Put(variance, a, <f32> max(f64At(scatter, i) / f64At(weight, i), floor));
  }
}

/** One structure step; `cost` is the absorption cost. */
export function findStructure(cost: f64, compacted: bool): void {
  const n = chooseCore();
  beginCore(n);
  measure(n);
  setVariances(n, cost, compacted);
  let total: f64 = totalWeight() / unit, parts = 0;
  weighEvidence(total);
  let core_points: f64 = 0;
  for (let a = 0; a < n; a++) core_points += f32At(points, a);
  const dense = densityIsKnown(n, total, core_points);
  if (dense) parts = findParts(n, total, clustersMax);
  else noParts(n);
  chooseClusters(n, parts, dense, core_points);
  const k = joinClusters(n, dense, total);
  handOnIds(n, k, cost);
  for (let i = 0; i < count; i++) i32Put(groupOf, i, nearestGroup(center(i)));
  refile(count);
}
