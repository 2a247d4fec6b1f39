/**
 * Two neighbouring clusters with no valley between them are one: on the straight line between their means, or along the
 * density graph, so that a ring or a moon stays whole.
 */
import {
  barred,
  center,
  core,
  density,
  dims,
  f32At,
  f32Put,
  f64At,
  f64Put,
  graphSaddle,
  group,
  groupMass,
  groupPart,
  groupRoot,
  i32At,
  i32Put,
  lineRatio,
  linked,
  matrixRow,
  mean,
  meanGap,
  peaks,
  place,
  reachOne,
} from "./memory";
import { measure } from "./distances";
import { radius, reach, saddle, setDensity } from "./density";
import { alive, apart, numberGroups, pair, setApart } from "./groups";
import { evidence } from "./novelty";
import {
  baseThreshold,
  JOIN_CHANCE,
  JOIN_KERNEL,
  JOIN_NEAR,
  JOIN_PER_CLUSTER,
  JOIN_PIECES,
  LINE_KERNEL,
  LOOK_NEW,
  SLACK_LEAST,
} from "./parameters";
import { areLike, beginGroup, isEven, squaredRadius, takeMember } from "./round";
import { uniteMeans } from "./silhouette";
import { valleyRatio } from "./valley";
import { distance } from "./vector";

/** Place of a pair of groups above the diagonal of their table, and below it, where another table lies. */
@inline function above(a: i32, b: i32): i32 {
  return pair(min(a, b), max(a, b));
}
@inline function below(a: i32, b: i32): i32 {
  return pair(max(a, b), min(a, b));
}

/** Squared distances of mean a to all means. */
function measureMeans(a: i32, k: i32): void {
  for (let b = 0; b < k; b++) {
    const z = alive(b) ? distance(mean(i32At(groupRoot, a)), mean(i32At(groupRoot, b))) : Infinity;
    f32Put(meanGap, pair(a, b), z);
    f32Put(meanGap, pair(b, a), z);
  }
}

function lineValley(a: i32, b: i32, n: i32): f64 {
  return valleyRatio(a, b, i32At(groupRoot, a), i32At(groupRoot, b), LINE_KERNEL, n);
}

/**
 * Similarity of two groups on the line. What was joined is no more similar to a third group than the most similar of its pieces
 * was, times a little: the mean of several falls between clusters, and a line from there finds no valley.
 */
@inline function ratioOf(a: i32, b: i32, n: i32): f64 {
  const at = above(a, b), pieces = below(a, b);
  let r = f32At(lineRatio, at);
  if (r < 0) {
    r = <f32> lineValley(min(a, b), max(a, b), n);
    if (f32At(linked, pieces) < 0) f32Put(linked, pieces, r);
    r = min(r, JOIN_PIECES * f32At(linked, pieces));
    f32Put(lineRatio, at, r);
  }
  return <f64> r;
}

/** The best pair to join so far, and how similar it is. */
let bestA: i32 = -1, bestB: i32 = 0, bestRatio: f64 = 0;
@inline function propose(a: i32, b: i32, r: f64): void {
  if (r > bestRatio) {
    bestRatio = r;
    bestA = min(a, b);
    bestB = max(a, b);
  }
}

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
        if (y < z) {
          z = y;
          b = c;
        }
      }
      if (b < 0) break;
      least = z;
      last = b;
      if (!apart(a, b)) propose(a, b, ratioOf(a, b, n));
    }
  }
}

/** Highest saddle between each two groups, and each group's peak, on the density graph. */
function measureGraph(k: i32, n: i32, want: f64): void {
  measure(n);
  reach(reachOne, n, want);
  setDensity(reachOne, n);
  for (let a = 0; a < k; a++) {
    f32Put(peaks, a, 0);
    for (let b = a; b < k; b++) f32Put(graphSaddle, pair(a, b), 0);
  }
  for (let i = 0; i < n; i++) {
    const a = i32At(group, i), row = matrixRow(i), f = f32At(density, i);
    if (f > f32At(peaks, a)) f32Put(peaks, a, f);
    for (let j = 0; j < i; j++) {
      const b = i32At(group, j);
      if (a == b || f32At(row, j) > radius || i32At(barred, below(i32At(place, i), i32At(place, j)))) continue;
      const at = above(a, b), z = f32At(graphSaddle, at);
      if (min(f, f32At(density, j)) <= z || apart(a, b)) continue;
      const s = saddle(i, j, n);
      if (s > z) f32Put(graphSaddle, at, s);
    }
  }
}

/** Squared radius of a group that is round, else infinite: in one dimension everything is, and that says nothing. */
function roundRadius2(a: i32, n: i32): f64 {
  if (dims == 1) return Infinity;
  const m = mean(i32At(groupRoot, a));
  beginGroup();
  for (let i = 0; i < n; i++) if (i32At(group, i) == a) takeMember(i, distance(center(i32At(core, i)), m));
  return isEven() ? squaredRadius() : Infinity;
}

/** Whether two groups are round and of like size: then the straight line tells all, and the graph only fills the valley. */
function areRound(a: i32, b: i32, n: i32): bool {
  const p = roundRadius2(a, n);
  return p < Infinity && areLike(p, roundRadius2(b, n));
}

/** Between pieces that are round and of like size the graph does not lead across a clear valley, whatever they are joined to later. */
function setBarred(k: i32, n: i32): void {
  for (let i = 0; i < n; i++) i32Put(place, i, i32At(group, i));
  bestRatio = Infinity;
  proposeByLine(k, n); // so that the similarities of neighbours are known
  for (let a = 0; a < k; a++) f64Put(groupMass, a, roundRadius2(a, n));
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < a; b++) {
      const at = pair(a, b), r = <f64> f32At(linked, at), p = f64At(groupMass, a);
      i32Put(barred, at, i32(r >= 0 && r < LOOK_NEW && p < Infinity && areLike(p, f64At(groupMass, b))));
    }
  }
}

function proposeByGraph(k: i32, n: i32, slack: f64): void {
  for (let a = 0; a < k; a++) {
    for (let b = a + 1; b < k; b++) {
      if (!alive(a) || !alive(b) || apart(a, b)) continue;
      const z = <f64> f32At(graphSaddle, pair(a, b));
      if (!(z > 0)) continue;
      const r = z / <f64> min(f32At(peaks, a), f32At(peaks, b)) / slack;
      if (r > bestRatio && !areRound(a, b, n)) propose(a, b, r);
    }
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
    f32Put(lineRatio, above(a, c), -1);
    if (c == a || c == b) continue;
    const at = above(a, c), pieces = below(a, c);
    f32Put(graphSaddle, at, max(f32At(graphSaddle, at), f32At(graphSaddle, above(b, c))));
    f32Put(linked, pieces, max(<f32> 0, max(f32At(linked, pieces), f32At(linked, below(b, c)))));
  }
  measureMeans(a, k);
}

function anyTogether(k: i32): bool {
  for (let a = 0; a < k; a++) for (let b = 0; b < a; b++) if (alive(a) && alive(b) && !apart(a, b)) return true;
  return false;
}

/** Joins until nothing joins; leaves the groups in `group`, their roots (-1: joined away) in groupRoot; answers the groups numbered. */
export function joinClusters(n: i32, dense: bool, total: f64): i32 {
  const k = setApart(numberGroups(n), n);
  if (k == n) return k; // a few values, often repeated: between them no density is to be looked for
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) f32Put(lineRatio, pair(a, b), -1); // linked too
  for (let a = 0; a < k; a++) measureMeans(a, k);
  if (dense) setBarred(k, n);
  for (let left = k, before = 0; left > 1 && left != before && anyTogether(k);) { // fewer clusters allow a wider kernel
    before = left;
    const share = min(JOIN_KERNEL, 1 / (JOIN_PER_CLUSTER * <f64> left));
    if (dense) measureGraph(k, n, share * total);
    for (;;) {
      bestA = -1;
      bestRatio = dense ? baseThreshold : 1 - (1 - baseThreshold) / 3; // without a density: a projection fills every valley
      proposeByLine(k, n);
      if (dense) proposeByGraph(k, n, max(SLACK_LEAST, 1 - JOIN_CHANCE / sqrt(share * total * evidence)));
      if (bestA < 0) break;
      join(bestA, bestB, k, n);
      left--;
    }
    if (!dense) break;
  }
  return k;
}
