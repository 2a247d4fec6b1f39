/** The valley between two groups: the density of their micro-clusters, projected on the line from mean to mean. */
import {
  axis,
  center,
  core,
  dims,
  f32At,
  f32Put,
  group,
  i32At,
  kernelHeight,
  kernelWidth,
  keys,
  mass,
  mean,
  points,
  projected,
  rowBytes,
  variance,
} from "./memory";
import { LINE_CHANCE, LINE_NOISE, SLACK_LEAST } from "./parameters";
import { evidence } from "./novelty";
import { distance, project, sum, sums } from "./vector";

/** Parts that the line from mean to mean is cut into, and the line from spread to spread. */
const BETWEEN: i32 = 24, ALONG: i32 = 40;

/** What four projected points add to the density at a place on the line. */
@inline function kernelsAt(place: v128, l: usize): v128 {
  const u = f32x4.sub(place, v128.load(projected + l)), zero = f32x4.splat(0);
  const y = f32x4.max(f32x4.sub(f32x4.splat(1), f32x4.mul(f32x4.mul(u, u), v128.load(kernelWidth + l))), zero);
  return f32x4.mul(v128.load(kernelHeight + l), f32x4.mul(y, y));
}

/** Kernel density at x on the line, of m projected points. */
function lineDensity(x: f32, m: i32): f32 {
  let s = f32x4.splat(0);
  for (let l: usize = 0, end = <usize> m << 2; l < end; l += 16) s = f32x4.add(s, kernelsAt(f32x4.splat(x), l));
  return sum(s);
}

/** Place i of those that cut the line from `start` on into `parts` equal ones. */
@inline function placeOf(i: i32, start: f64, span: f64, parts: f64): f64 {
  return start + span * <f64> i / parts;
}

/** Kernel density at each of these places, four at a time; to `keys`. */
function fillDensities(start: f64, span: f64, parts: i32, m: i32): void {
  for (let i = 0; i <= parts; i += 4) {
    const a = f32x4.splat(<f32> placeOf(i, start, span, parts)), b = f32x4.splat(<f32> placeOf(i + 1, start, span, parts)),
      c = f32x4.splat(<f32> placeOf(i + 2, start, span, parts)), d = f32x4.splat(<f32> placeOf(i + 3, start, span, parts));
    let p = f32x4.splat(0), q = p, r = p, s = p;
    for (let l: usize = 0, end = <usize> m << 2; l < end; l += 16) {
      p = f32x4.add(p, kernelsAt(a, l));
      q = f32x4.add(q, kernelsAt(b, l));
      r = f32x4.add(r, kernelsAt(c, l));
      s = f32x4.add(s, kernelsAt(d, l));
    }
    v128.store(keys + (<usize> i << 2), sums(p, q, r, s));
  }
}

/** Projects the members of two groups on the line from mean to mean; sets their kernels; answers how many there are. */
let spreadA: f64 = 0, spreadB: f64 = 0, lineLength: f64 = 0, kernel: f64 = 0;
function projectPair(a: i32, b: i32, rootA: i32, rootB: i32, wide: f64, n: i32): i32 {
  const ma = mean(rootA), mb = mean(rootB), inverse = f32x4.splat(<f32> (1 / lineLength));
  for (let k: usize = 0; k < rowBytes; k += 16) {
    v128.store(axis + k, f32x4.mul(f32x4.sub(v128.load(mb + k), v128.load(ma + k)), inverse));
  }
  const inA = i32x4.splat(a), inB = i32x4.splat(b);
  let m = 0, sa: f64 = 0, sb: f64 = 0;
  for (let four = 0; four < n; four += 4) {
    const g = v128.load(group + (<usize> four << 2)), ofA = i32x4.bitmask(i32x4.eq(g, inA));
    for (let waiting = ofA | i32x4.bitmask(i32x4.eq(g, inB)); waiting; waiting &= waiting - 1) {
      const lane = ctz(waiting), i = four + lane, first = (ofA >> lane) & 1;
      if (i >= n) break;
      const p = project(center(i32At(core, i)), ma, axis), w = <f64> f32At(points, i), v = <f64> f32At(variance, i);
      const off = <f64> p - (first ? 0 : lineLength);
      const shares = f64x2.div(
        f64x2.replace_lane(f64x2.splat(v), 1, LINE_NOISE * v),
        f64x2.replace_lane(f64x2.splat(<f64> dims), 1, w),
      );
      const perAxis = f64x2.extract_lane(shares, 0), s = w * (off * off + perAxis);
      if (first) sa += s;
      else sb += s;
      f32Put(projected, m, p);
      f32Put(kernelWidth, m, <f32> (perAxis + f64x2.extract_lane(shares, 1)));
      f32Put(kernelHeight, m++, <f32> w);
    }
  }
  spreadA = sqrt(sa / <f64> f32At(mass, rootA));
  spreadB = sqrt(sb / <f64> f32At(mass, rootB));
  kernel = wide * min(spreadA, spreadB); // of the narrower one
  setKernels(m);
  for (let l = m; l & 3; l++) {
    f32Put(projected, l, 0);
    f32Put(kernelWidth, l, 0);
    f32Put(kernelHeight, l, 0);
  }
  return m;
}

/** From each point's own width and weight to its kernel, two points at a time. */
@inline function setKernels(m: i32): void {
  const common = f64x2.splat(kernel * kernel), seven = f64x2.splat(7), one = f64x2.splat(1), least = f64x2.splat(1e-30);
  for (let l: usize = 0, end = <usize> m << 2; l < end; l += 8) {
    const width = f64x2.add(f64x2.promote_low_f32x4(v128.load64_zero(kernelWidth + l)), common);
    const inverse = f64x2.div(one, f64x2.add(f64x2.mul(seven, width), least));
    const height = f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(kernelHeight + l)), f64x2.sqrt(inverse));
    v128.store64_lane(kernelWidth + l, f32x4.demote_f64x2_zero(inverse), 0);
    v128.store64_lane(kernelHeight + l, f32x4.demote_f64x2_zero(height), 0);
  }
}

/**
 * Density at the deepest place between the means of two groups over the lower of their peaks, less what chance explains.
 * The groups go by their label in `group` and their root; the kernel is `wide` times the spread of the narrower one.
 */
export function valleyRatio(a: i32, b: i32, rootA: i32, rootB: i32, wide: f64, n: i32): f64 {
  lineLength = sqrt(<f64> distance(mean(rootA), mean(rootB)));
  if (lineLength == 0) return 1;
  const m = projectPair(a, b, rootA, rootB, wide, n);
  if (lineDensity(<f32> (lineLength * 0.5), m) == 0) return 0;
  let low: f32 = Infinity, where: f64 = 0;
  fillDensities(0, lineLength, BETWEEN, m);
  for (let i = 0; i <= BETWEEN; i++) {
    const y = f32At(keys, i);
    if (!(y < low)) continue;
    low = y;
    where = placeOf(i, 0, lineLength, BETWEEN);
  }
  let left = low, right = low;
  const span = lineLength + spreadB + spreadA;
  fillDensities(-spreadA, span, ALONG, m);
  for (let i = 0; i <= ALONG; i++) {
    const x = placeOf(i, -spreadA, span, ALONG), y = f32At(keys, i);
    if (x <= where && y > left) left = y;
    if (x >= where && y > right) right = y;
  }
  const peak = <f64> min(left, right);
  if (!(peak > 0)) return 0;
  return <f64> low / peak / max(SLACK_LEAST, 1 - LINE_CHANCE / (peak * kernel * 2.65 * evidence));
}
