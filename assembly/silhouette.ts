/**
 * The number of clusters: Ward's dendrogram is cut where the silhouette of the weighted micro-clusters against the cluster
 * means (simplified silhouette: Hruschka et al. 2004) is best, less what clusters cost.
 */
import { measureRow } from "./distances";
import { agglomerate, costs } from "./ward";
import {
  capacity,
  center,
  clustersMax,
  core,
  f32At,
  f32Put,
  f64At,
  f64Put,
  group,
  groupRoot,
  i32At,
  i32Put,
  looked,
  mass,
  mean,
  merge,
  mergeFrom,
  mergeInto,
  own,
  ownDistance,
  part,
  points,
  rowBytes,
  sums,
  table,
  up,
  variance,
  width,
} from "./memory";
import {
  CLUSTER_COST,
  DEEP_MICROS,
  DEEP_SHARE,
  GROUPS_AIM,
  GROUPS_LEAST,
  HYSTERESIS,
  LOOK_MICROS,
  LOOK_NEW,
  LOOK_SHARE,
  LOOK_VALLEY,
  PART_POINTS,
  REPEATS,
} from "./parameters";
import { addGroup, clearIndex } from "./search";
import { wereTwo } from "./former";
import { evidence } from "./novelty";
import { valleyRatio } from "./valley";
import { approach } from "./vector";

/** Number of clusters that the silhouette chose last; it gets a bonus. */
export let chosenBefore: i32 = 1;
export function setChosenBefore(k: i32): void {
  chosenBefore = k;
}

/** Column g: squared distances of all points to mean g. */
@inline function column(g: i32): usize {
  return table + (<usize> (g * capacity) << 2);
}

/** Means begin as the centres; each merge moves one. */
export function beginMeans(n: i32): void {
  for (let i = 0; i < n; i++) {
    memory.copy(mean(i), center(i32At(core, i)), rowBytes);
    f32Put(mass, i, f32At(points, i));
    i32Put(up, i, i);
  }
}

/** Mean i takes in mean j. */
export function uniteMeans(i: i32, j: i32): void {
  const wi = f32At(mass, i), wj = f32At(mass, j);
  approach(mean(i), mean(j), wj / (wi + wj));
  f32Put(mass, i, wi + wj);
  i32Put(up, j, i);
}

/** Begins the table: a column for each mean that is left, and each point's own column. Answers the columns. */
function beginTable(n: i32): i32 {
  let k = 0;
  for (let i = 0; i < n; i++) {
    if (i32At(up, i) != i) continue;
    measureRow(mean(i), n, column(k));
    i32Put(groupRoot, k++, i);
  }
  for (let i = 0; i < n; i++) {
    let r = i;
    while (i32At(up, r) != r) r = i32At(up, r);
    i32Put(own, i, columnOf(r, k));
  }
  for (let g = 0; g < k; g++) setOwnApart(g, n);
  return k;
}

/** Column g without its own points, whose distances go to ownDistance: a lane that is masked is NaN, which pmin passes over. */
function setOwnApart(g: i32, n: i32): void {
  const label = i32x4.splat(g);
  for (let at: usize = 0, end = <usize> n << 2, c = column(g); at < end; at += 16) {
    const z = v128.load(c + at), isOwn = i32x4.eq(v128.load(own + at), label);
    v128.store(ownDistance + at, v128.bitselect(z, v128.load(ownDistance + at), isOwn));
    v128.store(c + at, v128.or(z, isOwn));
  }
}

function columnOf(root: i32, k: i32): i32 {
  for (let g = 0; g < k; g++) if (i32At(groupRoot, g) == root) return g;
  return -1;
}

/** Column g takes in column h: its mean has moved; the last column moves to the place of h. Answers the columns left. */
function uniteColumns(g: i32, h: i32, k: i32, n: i32): i32 {
  const l = k - 1;
  measureRow(mean(i32At(groupRoot, g)), n, column(g));
  replaceLabel(own, h, g, n);
  setOwnApart(g, n);
  if (h == l) return l;
  memory.copy(column(h), column(l), <usize> n << 2);
  i32Put(groupRoot, h, i32At(groupRoot, l));
  replaceLabel(own, l, h, n);
  return l;
}

/** Replaces label `from` by `to`. */
@inline function replaceLabel(labels: usize, from: i32, to: i32, n: i32): void {
  const a = i32x4.splat(from), b = i32x4.splat(to);
  for (let p = labels, end = labels + (<usize> n << 2); p < end; p += 16) {
    const v = v128.load(p);
    v128.store(p, v128.bitselect(b, v, i32x4.eq(v, a)));
  }
}

/** Silhouette width of each point, times its weight: (b - a) / max(a, b), a to its own mean, b to the nearest other. */
function fillWidths(n: i32, k: i32): void {
  const zero = f32x4.splat(0);
  for (let at: usize = 0, end = <usize> n << 2; at < end; at += 16) {
    const v = v128.load(variance + at), a = f32x4.sqrt(f32x4.add(v128.load(ownDistance + at), v));
    let b = f32x4.splat(Infinity), c = column(0) + at;
    for (let g = 0; g < k; g++, c += <usize> capacity << 2) b = f32x4.pmin(b, v128.load(c));
    b = f32x4.sqrt(f32x4.add(b, v));
    const most = f32x4.max(a, b), s = v128.and(f32x4.div(f32x4.sub(b, a), most), f32x4.gt(most, zero));
    v128.store(width + at, f32x4.mul(v128.load(points + at), s));
  }
}

/** Mean silhouette of the cut: half by point, half by cluster. */
function meanSilhouette(n: i32, k: i32, total: f64): f64 {
  fillWidths(n, k);
  for (let g = 0; g < k; g++) f64Put(sums, g, 0);
  for (let i = 0; i < n; i++) {
    const g = i32At(own, i);
    f64Put(sums, g, f64At(sums, g) + <f64> f32At(width, i));
  }
  let byCluster: f64 = 0, all: f64 = 0;
  for (let g = 0; g < k; g++) {
    const s = f64At(sums, g);
    byCluster += s / <f64> f32At(mass, i32At(groupRoot, g));
    all += s;
  }
  return 0.5 * byCluster / <f64> k + 0.5 * all / total;
}

/** Score of a cut into k: a cluster costs a point, so few points make few clusters; the k of the last time gets a bonus. */
@inline function scoreOf(mean: f64, k: i32, total: f64): f64 {
  return mean * max(0.0, 1 - CLUSTER_COST * <f64> (k - 1) / total) + (k == chosenBefore ? HYSTERESIS : 0);
}

/** The means of now become the references of the search index: the clusters', or a finer cut's where they are few. */
function refer(n: i32): void {
  clearIndex();
  for (let i = 0; i < n; i++) if (i32At(up, i) == i && addGroup(mean(i)) < 0) return;
}

/** Ward's dendrogram, cut at the best silhouette and looked at again: leaves the clusters as roots in `up`, with their means. */
export function chooseClusters(n: i32, parts: i32, dense: bool, total: f64): void {
  let scoreBest = -Infinity, kept = 0, chosen = 1, columns = 0;
  costs(n, points, part);
  const merges = agglomerate(n, max(1, parts));
  beginMeans(n);
  for (let m = 0; m <= merges; m++) {
    const k = n - m;
    if (k <= clustersMax && columns == 0) columns = beginTable(n);
    if (k <= clustersMax && k >= 2 && (k < n || k <= parts || total >= REPEATS * <f64> k)) {
      const mean = meanSilhouette(n, k, total), s = scoreOf(mean, k, k < n ? total * evidence : total);
      if (s > scoreBest) {
        scoreBest = s;
        kept = m;
        chosen = k;
      }
    }
    if (m == merges) break;
    const i = i32At(mergeInto, m), j = i32At(mergeFrom, m);
    uniteMeans(i, j);
    if (columns > 0) columns = uniteColumns(columnOf(i, columns), columnOf(j, columns), columns, n);
  }
  if (scoreBest == -Infinity) kept = merges; // too few to choose: one cluster
  chosenBefore = chosen;
  secondLook(n, kept, dense, total);
  beginMeans(n);
  for (let m = 0; m < kept; m++) if (i32At(merge, m)) uniteMeans(i32At(mergeInto, m), i32At(mergeFrom, m));
}

// Flags of the second look. Of a merge: whether it stands; whether its two sides are two. Of a point: whether the group of which
// it is the root has two large ones within; whether it may be looked into.
const STANDS: i32 = 1, TWO: i32 = 2, DEEP: i32 = 1, CLOSED: i32 = 2;
@inline function flag(flags: usize, i: i32, f: i32): void {
  i32Put(flags, i, i32At(flags, i) | f);
}

/**
 * Down the dendrogram below the chosen cut: a cluster is two where a clear valley parts its halves, or two large groups further
 * down. Of the first `kept` merges, `merge` says which still stand.
 */
function secondLook(n: i32, kept: i32, dense: bool, total: f64): void {
  const first = max(0, n - clustersMax);
  for (let m = 0; m < kept; m++) i32Put(merge, m, STANDS);
  for (let i = 0; i < n; i++) {
    i32Put(group, i, i);
    i32Put(looked, i, 0);
  }
  beginMeans(n);
  const aim = n - kept >= GROUPS_LEAST ? n - kept : min(n, GROUPS_AIM);
  for (let m = 0; m < kept; m++) {
    const i = i32At(mergeInto, m), j = i32At(mergeFrom, m);
    if (n - m == aim) refer(n);
    if (m >= first) lookAt(m, i, j, n, dense, total);
    uniteMeans(i, j);
    replaceLabel(group, j, i, n);
  }
  if (n - kept == aim) refer(n);
  for (let m = kept - 1; m >= first; m--) { // what is not two is not looked into
    const i = i32At(mergeInto, m), j = i32At(mergeFrom, m);
    if ((i32At(looked, i) & CLOSED) || !(i32At(merge, m) & TWO)) {
      flag(looked, i, CLOSED);
      flag(looked, j, CLOSED);
    } else i32Put(merge, m, 0);
  }
}

/** Whether the merge m of root j into root i put together what is two. */
function lookAt(m: i32, i: i32, j: i32, n: i32, dense: bool, total: f64): void {
  const micros = min(members(i, n), members(j, n)), least = <f64> min(f32At(mass, i), f32At(mass, j));
  const clear = micros >= LOOK_MICROS && least >= max(LOOK_SHARE * total, PART_POINTS) &&
    isClear(valleyRatio(i, j, i, j, 1 / sqrt(sqrt(<f64> micros)), n), i, j, n, dense); // few micro-clusters make valleys by chance: a wide kernel
  if (clear || ((i32At(looked, i) | i32At(looked, j)) & DEEP)) flag(merge, m, TWO);
  if ((i32At(looked, j) & DEEP) || (clear && micros >= DEEP_MICROS && least >= DEEP_SHARE * total)) {
    flag(looked, i, DEEP);
  }
}

/** Whether a valley parts two groups. Without a density it must be deeper for what was one cluster, or chance cuts and mends in turn. */
function isClear(valley: f64, i: i32, j: i32, n: i32, dense: bool): bool {
  return valley < LOOK_NEW || (valley < LOOK_VALLEY && (dense || wereTwo(i, j, n)));
}

function members(root: i32, n: i32): i32 {
  let m = 0;
  for (let i = 0; i < n; i++) if (i32At(group, i) == root) m++;
  return m;
}
