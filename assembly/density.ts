/**
 * Density of the micro-clusters: a biweight kernel whose radius takes in a share of the weight (Epanechnikov's family;
 * Silverman 1986), and the parts that only deep valleys separate (ToMATo: Chazal et al. 2013).
 */
import {
  best,
  density,
  dims,
  f32At,
  f32Put,
  from,
  i32At,
  i32Put,
  keys,
  keyWeights,
  lanes,
  mass,
  matrixRow,
  mergeCost,
  mergeFrom,
  mergeInto,
  order,
  part,
  points,
  reachPart,
  up,
  variance,
} from "./memory";
import {
  ALIKE,
  ALIKE_SHARE,
  DENSITY_POINTS,
  DOUBLING,
  DOUBLING_ONE,
  DOUBLING_TWO,
  PART_CHANCE,
  PART_KERNEL,
  PART_POINTS,
  PART_SHARE,
  PART_VALLEY,
  SLACK_LEAST,
} from "./parameters";
import { evidence } from "./novelty";
import { leastIndex, sortByKey, sum } from "./vector";

/** Squared radius of the kernel in use. */
export let radius: f32 = 0;

/** Value at which, in ascending order, half the weight is reached. */
export function weightedMedian(values: usize, n: i32): f32 {
  let all: f64 = 0, s: f64 = 0;
  for (let i = 0; i < n; i++) all += f32At(points, i);
  sortByKey(order, values, n);
  for (let m = 0; m < n; m++) {
    const i = i32At(order, m);
    s += f32At(points, i);
    if (s >= 0.5 * all) return f32At(values, i);
  }
  return 0;
}

/** Points that were taken as candidates, nearest first after the next; their weight so far; the limit of the next point's candidates. */
let candidates: i32 = 0, taken: f64 = 0, limit: f32 = Infinity;

/** Lists the squared distances of point i to those nearer than `limit`, both variances included, and their weights. */
function gather(i: i32, n: i32): f64 {
  const row = matrixRow(i), v = f32x4.splat(f32At(variance, i)), most = f32x4.splat(limit);
  let m = 0, weight: f64 = 0;
  for (let j = 0; j < n; j += 4) {
    const at = <usize> j << 2, z = f32x4.add(v128.load(row + at), f32x4.add(v, v128.load(variance + at)));
    let mask = i32x4.bitmask(f32x4.lt(z, most));
    if (!mask) continue;
    v128.store(lanes, z);
    for (; mask; mask &= mask - 1) {
      const l = ctz(mask);
      if (j + l >= n) break;
      const w = f32At(points, j + l);
      f32Put(keys, m, f32At(lanes, l));
      f32Put(keyWeights, m++, w);
      weight += w;
    }
  }
  candidates = m;
  return weight;
}

/** Begins with point i, which will ask for up to `want` of the weight: what lies far out need not be looked at. */
function approachPoint(i: i32, n: i32, want: f64): void {
  taken = 0;
  if (gather(i, n) >= want) return;
  limit = Infinity;
  gather(i, n);
}

/** Takes in the next nearest candidates until `want` is reached; answers the squared distance of the last one. */
function widen(want: f64): f32 {
  let r: f32 = 0;
  while (taken < want) {
    const b = leastIndex(keys, candidates), key = f32At(keys, b);
    if (key == Infinity || candidates == 0) break;
    taken += f32At(keyWeights, b);
    r = key;
    f32Put(keys, b, Infinity);
  }
  return r;
}

/** The next point's candidates lie within twice the distance that this one needed. */
@inline function limitBy(r: f32): void {
  limit = 4 * r + <f32> 1e-30;
}

/** Squared radius in which each point finds `want` of the weight, nearest first. */
export function reach(into: usize, n: i32, want: f64): void {
  limit = Infinity;
  for (let i = 0; i < n; i++) {
    approachPoint(i, n, want);
    const r = widen(want);
    f32Put(into, i, r);
    limitBy(r);
  }
}

/**
 * In many dimensions all distances are alike and a density says nothing: then twice the weight hardly widens the radius, in the weighted
 * median. Nor does it where no one radius suits most of the points. Fills reachPart on the way, if one is known.
 */
export function densityIsKnown(n: i32, total: f64, core_points: f64): bool {
  if (n < DENSITY_POINTS) return false;
  if (dims <= 2) {
    reach(reachPart, n, PART_KERNEL * total);
    return true;
  }
  let narrow: f64 = 0; // weight that hardly widens
  limit = Infinity;
  for (let i = 0; i < n; i++) {
    approachPoint(i, n, DOUBLING_TWO * total);
    const one = widen(DOUBLING_ONE * total),
      middle = max(one, widen(PART_KERNEL * total)),
      two = max(middle, widen(DOUBLING_TWO * total));
    f32Put(reachPart, i, middle);
    if (!(two / (one + <f32> 1e-30) >= DOUBLING)) narrow += f32At(points, i);
    if (narrow >= 0.5 * core_points) return false;
    limitBy(two);
  }
  return areAlike(n, core_points);
}

/** Whether one radius suits most of the weight: where thin and thick lie side by side it blurs the one and finds chance in the other. */
function areAlike(n: i32, core_points: f64): bool {
  const typical = weightedMedian(reachPart, n);
  let alike: f64 = 0;
  for (let i = 0; i < n; i++) {
    const r = f32At(reachPart, i);
    if (r <= ALIKE * typical && typical <= ALIKE * r) alike += f32At(points, i);
  }
  return alike >= ALIKE_SHARE * core_points;
}

/** Sets the kernel by the points' reaches, and fills in the density at each point. */
export function setDensity(reaches: usize, n: i32): void {
  radius = 2 * weightedMedian(reaches, n) + <f32> 1e-30;
  for (let i = 0; i < n; i++) f32Put(density, i, between(i, i, n));
}

/** Density half way between two points, from the distances alone (parallelogram law). */
function between(i: i32, j: i32, n: i32): f32 {
  const p = matrixRow(i),
    q = matrixRow(j),
    inverse = f32x4.splat(1 / radius),
    half = f32x4.splat(0.5),
    one = f32x4.splat(1),
    zero = f32x4.splat(0);
  const quarter = f32x4.splat(<f32> 0.25 * f32At(p, j));
  let s = zero;
  for (let l: usize = 0, end = <usize> n << 2; l < end; l += 16) {
    const z = f32x4.sub(f32x4.mul(f32x4.add(v128.load(p + l), v128.load(q + l)), half), quarter);
    const y = f32x4.max(f32x4.sub(one, f32x4.mul(z, inverse)), zero);
    s = f32x4.add(s, f32x4.mul(v128.load(points + l), f32x4.mul(y, y)));
  }
  return sum(s);
}

/** Density at the lowest of three places: two points and half way between them. */
export function saddle(i: i32, j: i32, n: i32): f32 {
  return min(min(f32At(density, i), f32At(density, j)), between(i, j, n));
}

function root(i: i32): i32 {
  while (i32At(up, i) != i) i = i32At(up, i);
  return i;
}

/**
 * The widest spanning forest over saddles between points closer than the kernel's radius (Prim 1957): of all edges, only
 * its own can join two hills. Edges go to mergeInto, mergeFrom, mergeCost (the saddle, negated); answers their count.
 */
function spanningForest(n: i32): i32 {
  let edges = 0;
  // best: saddle to the forest so far, negated (0: none); Infinity: already in it.
  for (let i = 0; i < n; i++) f32Put(best, i, 0);
  for (let m = 0; m < n; m++) {
    const u = leastIndex(best, n), z = f32At(best, u), row = matrixRow(u), fu = f32At(density, u);
    if (z < 0) {
      i32Put(mergeInto, edges, i32At(from, u));
      i32Put(mergeFrom, edges, u);
      f32Put(mergeCost, edges++, z);
    }
    f32Put(best, u, Infinity);
    for (let j = 0; j < n; j++) {
      const b = f32At(best, j);
      if (f32At(row, j) > radius || b == Infinity || min(fu, f32At(density, j)) <= -b) continue;
      const s = saddle(u, j, n);
      if (s > -b) {
        f32Put(best, j, -s);
        i32Put(from, j, u);
      }
    }
  }
  return edges;
}

/** Whether a saddle lies deep below a peak: less counts where few points make the peak, they make valleys by chance. */
@inline function isDeep(saddle: f32, peak: f32): bool {
  const height = <f64> peak;
  return <f64> saddle < PART_VALLEY * max(SLACK_LEAST, 1 - PART_CHANCE / (height * evidence)) * height;
}

/** Joins hills from the highest saddle down, except across a deep valley between two that are both heavy. */
function joinHills(n: i32, edges: i32, small: f64): void {
  for (let i = 0; i < n; i++) {
    i32Put(up, i, i);
    f32Put(mass, i, f32At(points, i));
  }
  sortByKey(order, mergeCost, edges);
  for (let m = 0; m < edges; m++) {
    const e = i32At(order, m), z = -f32At(mergeCost, e);
    let a = root(i32At(mergeInto, e)), b = root(i32At(mergeFrom, e));
    if (f32At(density, a) < f32At(density, b)) {
      const c = a;
      a = b;
      b = c;
    } // the root of a hill is its peak
    if (isDeep(z, f32At(density, b)) && <f64> min(f32At(mass, a), f32At(mass, b)) >= small) continue;
    i32Put(up, b, a);
    f32Put(mass, a, f32At(mass, a) + f32At(mass, b));
  }
}

/** Fills in the part of each point (0.. by weight, -1: none); answers how many parts there are, at most `most`. */
export function findParts(n: i32, total: f64, most: i32): i32 {
  const small = max(PART_SHARE * total, PART_POINTS);
  setDensity(reachPart, n);
  joinHills(n, spanningForest(n), small);
  for (let i = 0; i < n; i++) {
    f32Put(keys, i, i32At(up, i) == i ? -f32At(mass, i) : Infinity);
    i32Put(part, i, -1);
  }
  sortByKey(order, keys, n);
  let parts = 0;
  for (let m = 0; m < n && parts < most; m++) {
    const r = i32At(order, m);
    if (i32At(up, r) != r || <f64> f32At(mass, r) < small) break;
    i32Put(part, r, parts++);
  }
  for (let i = 0; i < n; i++) {
    const r = root(i);
    if (r != i) i32Put(part, i, i32At(part, r));
  }
  return parts;
}

/** No density, no parts. */
export function noParts(n: i32): void {
  for (let i = 0; i < n; i++) i32Put(part, i, -1);
}
