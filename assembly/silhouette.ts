/**
 * The number of clusters: Ward's dendrogram is cut where the silhouette of the weighted micro-clusters against the cluster
 * means (simplified silhouette: Hruschka et al. 2004) is best, less what clusters cost.
 */
import { agglomerate, costs } from "./ward";
import {
  center, clustersMax, core, f32At, f32Put, f64At, f64Put, far, group, groupMass, groupRoot, i32At, i32Put, mass, mean, mergeFrom, mergeInto, near, own,
  part, points, rowBytes, sums, table, tableStride, up, variance, width,
} from "./memory";
import { CLUSTER_COST, GROUPS_AIM, HYSTERESIS } from "./parameters";
import { addGroup, clearIndex } from "./search";
import { approach, distance, distance4, least } from "./vector";

/** Score of the cut chosen last, without its bonus: the silhouette in [-1, 1]. */
export let silhouette: f64 = 0;
/** Number of clusters that the silhouette chose last; it gets a bonus. */
export let chosenBefore: i32 = 1;
export function setChosenBefore(k: i32): void { chosenBefore = k; }

@inline function tableRow(i: i32): usize { return table + (<usize>(i * tableStride) << 2); }

/** Means begin as the centres; each merge moves one. */
export function beginMeans(n: i32): void {
  for (let i = 0; i < n; i++) {
    memory.copy(mean(i), center(i32At(core, i)), rowBytes);
    f32Put(mass, i, f32At(points, i)); i32Put(up, i, i);
  }
}

/** Mean i takes in mean j. */
export function uniteMeans(i: i32, j: i32): void {
  const wi = f32At(mass, i), wj = f32At(mass, j);
  approach(mean(i), mean(j), wj / (wi + wj));
  f32Put(mass, i, wi + wj); i32Put(up, j, i);
}

/** Begins the table of squared distances to the k means that are left, a column each. */
function beginTable(n: i32): i32 {
  let k = 0;
  for (let i = 0; i < n; i++) if (i32At(up, i) == i) i32Put(groupRoot, k++, i);
  const padded = (k + 3) & ~3;
  for (let i = 0; i < n; i++) {
    const row = tableRow(i), x = center(i32At(core, i));
    for (let g = 0; g < k; g += 4) {
      const a = mean(i32At(groupRoot, g)), b = mean(i32At(groupRoot, min(g + 1, k - 1))), c = mean(i32At(groupRoot, min(g + 2, k - 1)));
      v128.store(row + (<usize>g << 2), distance4(x, a, b, c, mean(i32At(groupRoot, min(g + 3, k - 1)))));
    }
    for (let g = k; g < padded; g++) f32Put(row, g, Infinity);
    let r = i;
    while (i32At(up, r) != r) r = i32At(up, r);
    i32Put(own, i, columnOf(r, k));
    judge(i, padded);
  }
  return k;
}

function columnOf(rootIndex: i32, k: i32): i32 {
  for (let g = 0; g < k; g++) if (i32At(groupRoot, g) == rootIndex) return g;
  return -1;
}

/** Point i's distance to its own mean and to the nearest other, and its silhouette. */
function judge(i: i32, padded: i32): void {
  const row = tableRow(i), g = i32At(own, i), a = f32At(row, g);
  f32Put(row, g, Infinity);
  const b = least(row, padded);
  f32Put(row, g, a);
  setNear(i, a, b);
}

@inline function setNear(i: i32, a: f32, b: f32): void {
  f32Put(near, i, a); f32Put(far, i, b);
  const v = f32At(variance, i), p: f32 = sqrt(a + v), q: f32 = sqrt(b + v), most = max(p, q);
  f32Put(width, i, most > 0 && b < Infinity ? (q - p) / most : 0);
}

/** Column g takes in column h: the mean has moved, points that looked at either are judged anew. */
function uniteColumns(g: i32, h: i32, n: i32, padded: i32): void {
  const m = mean(i32At(groupRoot, g));
  for (let i = 0; i < n; i++) {
    const row = tableRow(i), z = distance(center(i32At(core, i)), m), b = f32At(far, i);
    const looked = f32At(row, g) == b || f32At(row, h) == b;
    f32Put(row, g, z); f32Put(row, h, Infinity);
    if (i32At(own, i) == h) i32Put(own, i, g);
    if (i32At(own, i) == g || looked) judge(i, padded);
    else if (z < b) setNear(i, f32At(near, i), z);
  }
}

/** Mean silhouette of the cut: half by point, half by cluster. */
function meanSilhouette(n: i32, columns: i32, k: i32): f64 {
  for (let g = 0; g < columns; g++) { f64Put(groupMass, g, 0); f64Put(sums, g, 0); }
  let all: f64 = 0, total: f64 = 0;
  for (let i = 0; i < n; i++) {
    const g = i32At(own, i), w = <f64>f32At(points, i), s = w * <f64>f32At(width, i);
    f64Put(groupMass, g, f64At(groupMass, g) + w); f64Put(sums, g, f64At(sums, g) + s);
    all += s; total += w;
  }
  let byCluster: f64 = 0;
  for (let g = 0; g < columns; g++) if (f64At(groupMass, g) > 0) byCluster += f64At(sums, g) / f64At(groupMass, g);
  return 0.5 * byCluster / <f64>k + 0.5 * all / total;
}

/** Score of a cut into k: a cluster costs a point, so few points make few clusters; the k of the last time gets a bonus. */
@inline function scoreOf(mean: f64, k: i32, total: f64): f64 {
  return mean * max(0.0, 1 - CLUSTER_COST * <f64>(k - 1) / total) + (k == chosenBefore ? HYSTERESIS : 0);
}

/** The cut of the dendrogram at which at most GROUPS_AIM means are left gives the references of the search index. */
function refer(n: i32): void {
  clearIndex();
  for (let i = 0; i < n; i++) if (i32At(up, i) == i && addGroup(mean(i)) < 0) return;
}

/** Ward's dendrogram, cut at the best silhouette: leaves the clusters as roots in `up` with their means; answers how many. */
export function chooseClusters(n: i32, parts: i32, total: f64): i32 {
  let scoreBest = -Infinity, kept = 0, chosen = 1, columns = 0, referred = false;
  costs(n, points, part);
  const merges = agglomerate(n, max(1, parts));
  beginMeans(n);
  silhouette = 0;
  for (let m = 0; m <= merges; m++) {
    const k = n - m;
    if (k <= clustersMax && columns == 0) columns = beginTable(n);
    if (!referred && (k <= GROUPS_AIM || m == merges)) { refer(n); referred = true; }
    if (k <= clustersMax && k >= 2 && (k < n || k <= parts)) {
      const mean = meanSilhouette(n, columns, k), s = scoreOf(mean, k, total);
      if (s > scoreBest) { scoreBest = s; kept = m; chosen = k; silhouette = mean; }
    }
    if (m == merges) break;
    const i = i32At(mergeInto, m), j = i32At(mergeFrom, m);
    uniteMeans(i, j);
    if (columns > 0) uniteColumns(columnOf(i, columns), columnOf(j, columns), n, (columns + 3) & ~3);
  }
  if (scoreBest == -Infinity) kept = merges; // too few to choose: one cluster
  chosenBefore = chosen;
  beginMeans(n);
  for (let m = 0; m < kept; m++) uniteMeans(i32At(mergeInto, m), i32At(mergeFrom, m));
  return n - kept;
}
