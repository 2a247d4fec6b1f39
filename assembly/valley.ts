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
  mass,
  mean,
  points,
  projected,
  rowBytes,
  variance,
} from "./memory";
import { LINE_CHANCE, LINE_NOISE, SLACK_LEAST } from "./parameters";
import { evidence } from "./novelty";
import { distance, project, sum } from "./vector";

/** Kernel density at x on the line, of m projected points. */
function lineDensity(x: f32, m: i32): f32 {
  const at = f32x4.splat(x), one = f32x4.splat(1), zero = f32x4.splat(0);
  let s = zero;
  for (let l: usize = 0, end = <usize> m << 2; l < end; l += 16) {
    const u = f32x4.sub(at, v128.load(projected + l));
    const y = f32x4.max(f32x4.sub(one, f32x4.mul(f32x4.mul(u, u), v128.load(kernelWidth + l))), zero);
    s = f32x4.add(s, f32x4.mul(v128.load(kernelHeight + l), f32x4.mul(y, y)));
  }
  return sum(s);
}

/** Projects the members of two groups on the line from mean to mean; sets their kernels; answers how many there are. */
let spreadA: f64 = 0, spreadB: f64 = 0, lineLength: f64 = 0, kernel: f64 = 0;
function projectPair(a: i32, b: i32, rootA: i32, rootB: i32, wide: f64, n: i32): i32 {
  const ma = mean(rootA), mb = mean(rootB), inverse = f32x4.splat(<f32> (1 / lineLength));
  for (let k: usize = 0; k < rowBytes; k += 16) {
    v128.store(axis + k, f32x4.mul(f32x4.sub(v128.load(mb + k), v128.load(ma + k)), inverse));
  }
  let m = 0, sa: f64 = 0, sb: f64 = 0;
  for (let i = 0; i < n; i++) {
    const g = i32At(group, i);
    if (g != a && g != b) continue;
    const p = project(center(i32At(core, i)), ma, axis), w = <f64> f32At(points, i), v = <f64> f32At(variance, i);
    const off = <f64> p - (g == a ? 0 : lineLength), s = w * (off * off + v / <f64> dims);
    if (g == a) sa += s;
    else sb += s;
    f32Put(projected, m, p);
    f32Put(kernelWidth, m, <f32> (v / <f64> dims + LINE_NOISE * v / w));
    f32Put(kernelHeight, m++, <f32> w);
  }
  spreadA = sqrt(sa / <f64> f32At(mass, rootA));
  spreadB = sqrt(sb / <f64> f32At(mass, rootB));
  kernel = wide * min(spreadA, spreadB); // of the narrower one
  for (let l = 0; l < m; l++) {
    const inverseWidth = 1 / (7 * (<f64> f32At(kernelWidth, l) + kernel * kernel) + 1e-30);
    f32Put(kernelWidth, l, <f32> inverseWidth);
    f32Put(kernelHeight, l, <f32> (<f64> f32At(kernelHeight, l) * sqrt(inverseWidth)));
  }
  for (let l = m; l & 3; l++) {
    f32Put(projected, l, 0);
    f32Put(kernelWidth, l, 0);
    f32Put(kernelHeight, l, 0);
  }
  return m;
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
  for (let i = 0; i <= 24; i++) {
    const x = lineLength * <f64> i / 24, y = lineDensity(<f32> x, m);
    if (y < low) {
      low = y;
      where = x;
    }
  }
  let left = low, right = low;
  for (let i = 0, start = -spreadA, span = lineLength + spreadB + spreadA; i <= 40; i++) {
    const x = start + span * <f64> i / 40, y = lineDensity(<f32> x, m);
    if (x <= where && y > left) left = y;
    if (x >= where && y > right) right = y;
  }
  const peak = <f64> min(left, right);
  if (!(peak > 0)) return 0;
  return <f64> low / peak / max(SLACK_LEAST, 1 - LINE_CHANCE / (peak * kernel * 2.65 * evidence));
}
