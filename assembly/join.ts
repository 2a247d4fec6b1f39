/**
 * Two neighbouring clusters with no valley between them are one: on the straight line between their means, or along the
 * density graph, so that a ring or a moon stays whole.
 */
import {
  axis, center, clustersMax, core, density, dims, f32At, f32Put, graphSaddle, group, groupPart, groupRoot, i32At, i32Put, kernelHeight,
  kernelWidth, lineRatio, mass, matrixRow, mean, meanGap, part, peaks, points, projected, reachOne, rowBytes, up, variance,
} from "./memory";
import { radius, reach, saddle, setDensity } from "./density";
import {
  baseThreshold, JOIN_CHANCE, JOIN_KERNEL, JOIN_NEAR, JOIN_PER_CLUSTER, LINE_CHANCE, LINE_KERNEL, LINE_NOISE, SLACK_LEAST,
} from "./parameters";
import { uniteMeans } from "./silhouette";
import { distance, project, sum } from "./vector";
import { measure } from "./ward";

@inline function pair(a: i32, b: i32): i32 { return a * clustersMax + b; }
@inline function alive(a: i32): bool { return i32At(groupRoot, a) >= 0; }
@inline function apart(a: i32, b: i32): bool {
  const p = i32At(groupPart, a), q = i32At(groupPart, b);
  return p >= 0 && q >= 0 && p != q;
}

/** Numbers the roots by first appearance; fills group, groupRoot, groupPart; answers their count. */
function numberGroups(n: i32): i32 {
  let k = 0;
  for (let i = 0; i < n; i++) i32Put(group, i, -1);
  for (let i = 0; i < n; i++) {
    let r = i;
    while (i32At(up, r) != r) r = i32At(up, r);
    let g = -1;
    for (let h = 0; h < k; h++) if (i32At(groupRoot, h) == r) { g = h; break; }
    if (g < 0) { g = k++; i32Put(groupRoot, g, r); i32Put(groupPart, g, -1); }
    i32Put(group, i, g);
    if (i32At(part, i) >= 0) i32Put(groupPart, g, i32At(part, i));
  }
  return k;
}

/** Squared distances of mean a to all means. */
function measureMeans(a: i32, k: i32): void {
  for (let b = 0; b < k; b++) {
    const z = alive(b) ? distance(mean(i32At(groupRoot, a)), mean(i32At(groupRoot, b))) : Infinity;
    f32Put(meanGap, pair(a, b), z); f32Put(meanGap, pair(b, a), z);
  }
}

/** Kernel density at x on the line, of m projected points. */
function lineDensity(x: f32, m: i32): f32 {
  const at = f32x4.splat(x), one = f32x4.splat(1), zero = f32x4.splat(0);
  let s = zero;
  for (let l: usize = 0, end = <usize>m << 2; l < end; l += 16) {
    const u = f32x4.sub(at, v128.load(projected + l));
    const y = f32x4.max(f32x4.sub(one, f32x4.mul(f32x4.mul(u, u), v128.load(kernelWidth + l))), zero);
    s = f32x4.add(s, f32x4.mul(v128.load(kernelHeight + l), f32x4.mul(y, y)));
  }
  return sum(s);
}

/** Projects the members of two groups on the line from mean to mean; sets their kernels; answers how many there are. */
let spreadA: f64 = 0, spreadB: f64 = 0, lineLength: f64 = 0, kernel: f64 = 0;
function projectPair(a: i32, b: i32, n: i32): i32 {
  const ma = mean(i32At(groupRoot, a)), mb = mean(i32At(groupRoot, b)), inverse = f32x4.splat(<f32>(1 / lineLength));
  for (let k: usize = 0; k < rowBytes; k += 16) v128.store(axis + k, f32x4.mul(f32x4.sub(v128.load(mb + k), v128.load(ma + k)), inverse));
  let m = 0, sa: f64 = 0, sb: f64 = 0;
  for (let i = 0; i < n; i++) {
    const g = i32At(group, i);
    if (g != a && g != b) continue;
    const p = project(center(i32At(core, i)), ma, axis), w = <f64>f32At(points, i), v = <f64>f32At(variance, i);
    const off = <f64>p - (g == a ? 0 : lineLength), s = w * (off * off + v / <f64>dims);
    if (g == a) sa += s; else sb += s;
    f32Put(projected, m, p); f32Put(kernelWidth, m, <f32>(v / <f64>dims + LINE_NOISE * v / w)); f32Put(kernelHeight, m++, <f32>w);
  }
  spreadA = sqrt(sa / <f64>f32At(mass, i32At(groupRoot, a))); spreadB = sqrt(sb / <f64>f32At(mass, i32At(groupRoot, b)));
  kernel = LINE_KERNEL * min(spreadA, spreadB); // of the narrower one
  for (let l = 0; l < m; l++) {
    const inverseWidth = 1 / (7 * (<f64>f32At(kernelWidth, l) + kernel * kernel) + 1e-30);
    f32Put(kernelWidth, l, <f32>inverseWidth); f32Put(kernelHeight, l, <f32>(<f64>f32At(kernelHeight, l) * sqrt(inverseWidth)));
  }
  for (let l = m; l & 3; l++) { f32Put(projected, l, 0); f32Put(kernelWidth, l, 0); f32Put(kernelHeight, l, 0); }
  return m;
}

/** Density at the deepest place between the means of two groups over the lower of their peaks, less what chance explains. */
function valleyRatio(a: i32, b: i32, n: i32): f64 {
  lineLength = sqrt(<f64>distance(mean(i32At(groupRoot, a)), mean(i32At(groupRoot, b))));
  if (lineLength == 0) return 1;
  const m = projectPair(a, b, n);
  if (lineDensity(<f32>(lineLength * 0.5), m) == 0) return 0;
  let low: f32 = Infinity, where: f64 = 0;
  for (let i = 0; i <= 24; i++) {
    const x = lineLength * <f64>i / 24, y = lineDensity(<f32>x, m);
    if (y < low) { low = y; where = x; }
  }
  let left = low, right = low;
  for (let i = 0, start = -spreadA, span = lineLength + spreadB + spreadA; i <= 40; i++) {
    const x = start + span * <f64>i / 40, y = lineDensity(<f32>x, m);
    if (x <= where && y > left) left = y;
    if (x >= where && y > right) right = y;
  }
  const peak = <f64>min(left, right);
  if (!(peak > 0)) return 0;
  return <f64>low / peak / max(SLACK_LEAST, 1 - LINE_CHANCE / (peak * kernel * 2.65));
}

@inline function ratioOf(a: i32, b: i32, n: i32): f64 {
  const at = a < b ? pair(a, b) : pair(b, a);
  let r = f32At(lineRatio, at);
  if (r < 0) { r = <f32>valleyRatio(min(a, b), max(a, b), n); f32Put(lineRatio, at, r); }
  return <f64>r;
}

/** The best pair to join so far, and how similar it is. */
let bestA: i32 = -1, bestB: i32 = 0, bestRatio: f64 = 0;
@inline function propose(a: i32, b: i32, r: f64): void { if (r > bestRatio) { bestRatio = r; bestA = min(a, b); bestB = max(a, b); } }

/** Proposes each group with its nearest few, by the valley on the line between them. */
function proposeByLine(k: i32, n: i32): void {
  for (let a = 0; a < k; a++) {
    if (!alive(a)) continue;
    let least: f32 = -1, last = -1;
    for (let m = 0; m < JOIN_NEAR; m++) { // the next nearest after (least, last)
      let b = -1, z: f32 = Infinity;
      for (let c = 0; c < k; c++) {
        const y = f32At(meanGap, pair(a, c));
        if (c == a || !alive(c) || y < least || (y == least && c <= last)) continue;
        if (y < z) { z = y; b = c; }
      }
      if (b < 0) break;
      least = z; last = b;
      if (!apart(a, b)) propose(a, b, ratioOf(a, b, n));
    }
  }
}

/** Highest saddle between each two groups, and each group's peak, on the density graph. */
function measureGraph(k: i32, n: i32, want: f64): void {
  measure(core, n);
  reach(reachOne, n, want);
  setDensity(reachOne, n);
  for (let a = 0; a < k; a++) { f32Put(peaks, a, 0); for (let b = 0; b < k; b++) f32Put(graphSaddle, pair(a, b), 0); }
  for (let i = 0; i < n; i++) {
    const a = i32At(group, i), row = matrixRow(i), f = f32At(density, i);
    if (f > f32At(peaks, a)) f32Put(peaks, a, f);
    for (let j = 0; j < i; j++) {
      const b = i32At(group, j);
      if (a == b || f32At(row, j) > radius) continue;
      const at = pair(min(a, b), max(a, b)), z = f32At(graphSaddle, at);
      if (min(f, f32At(density, j)) <= z || apart(a, b)) continue;
      const s = saddle(i, j, n);
      if (s > z) f32Put(graphSaddle, at, s);
    }
  }
}

function proposeByGraph(k: i32, slack: f64): void {
  for (let a = 0; a < k; a++) for (let b = a + 1; b < k; b++) {
    if (!alive(a) || !alive(b) || apart(a, b)) continue;
    const z = <f64>f32At(graphSaddle, pair(a, b));
    if (z > 0) propose(a, b, z / <f64>min(f32At(peaks, a), f32At(peaks, b)) / slack);
  }
}

/** Group a takes in group b. */
function join(a: i32, b: i32, k: i32, n: i32): void {
  uniteMeans(i32At(groupRoot, a), i32At(groupRoot, b));
  i32Put(groupRoot, b, -1);
  if (i32At(groupPart, a) < 0) i32Put(groupPart, a, i32At(groupPart, b));
  for (let i = 0; i < n; i++) if (i32At(group, i) == b) i32Put(group, i, a);
  f32Put(peaks, a, max(f32At(peaks, a), f32At(peaks, b)));
  for (let c = 0; c < k; c++) {
    f32Put(lineRatio, pair(min(a, c), max(a, c)), -1);
    if (c == a || c == b) continue;
    const at = pair(min(a, c), max(a, c));
    f32Put(graphSaddle, at, max(f32At(graphSaddle, at), f32At(graphSaddle, pair(min(b, c), max(b, c)))));
  }
  measureMeans(a, k);
}

function anyTogether(k: i32): bool {
  for (let a = 0; a < k; a++) for (let b = 0; b < a; b++) if (alive(a) && alive(b) && !apart(a, b)) return true;
  return false;
}

/** Joins until nothing joins; leaves the groups in `group`, their roots (-1: joined away) in groupRoot; answers the groups numbered. */
export function joinClusters(n: i32, dense: bool, total: f64): i32 {
  const k = numberGroups(n);
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) f32Put(lineRatio, pair(a, b), -1);
  for (let a = 0; a < k; a++) measureMeans(a, k);
  for (let left = k, before = 0; left > 1 && left != before && anyTogether(k);) { // fewer clusters allow a wider kernel
    before = left;
    const share = min(JOIN_KERNEL, 1 / (JOIN_PER_CLUSTER * <f64>left));
    if (dense) measureGraph(k, n, share * total);
    for (;;) {
      bestA = -1; bestRatio = dense ? baseThreshold : 1 - (1 - baseThreshold) / 3; // without a density: a projection fills every valley
      proposeByLine(k, n);
      if (dense) proposeByGraph(k, max(SLACK_LEAST, 1 - JOIN_CHANCE / sqrt(share * total)));
      if (bestA < 0) break;
      join(bestA, bestB, k, n);
      left--;
    }
    if (!dense) break;
  }
  return k;
}
