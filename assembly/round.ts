/** Whether a group of core micro-clusters is round: its covariance is alike in all directions. From distances alone. */
import { center, core, dims, f32At, f32Put, i32At, i32Put, own, points, variance, width } from "./memory";
import { ROUND_EVEN, ROUND_LIKE, ROUND_MICROS } from "./parameters";
import { distance } from "./vector";

/** Members so far, their weight, and sums of the squared distances within and between them. */
let m: i32 = 0, all: f64 = 0, within: f64 = 0, between: f64 = 0;

export function beginGroup(): void {
  m = 0;
  all = 0;
  within = 0;
  between = 0;
}

/** Point a of the core belongs to the group, at squared distance z from its mean. */
export function takeMember(a: i32, z: f32): void {
  const w = <f64> f32At(points, a);
  all += w;
  within += w * <f64> f32At(variance, a);
  between += w * <f64> z;
  f32Put(width, m, z);
  i32Put(own, m++, a);
}

/** Squared radius of the group. */
export function squaredRadius(): f64 {
  return (between + within) / all;
}

/** Whether the group is round; few micro-clusters do not tell. */
export function isEven(): bool {
  if (m < ROUND_MICROS) return false;
  const v = within / all, b = between / all;
  return (b + v) * (b + v) >= ROUND_EVEN * <f64> dims * (meanProduct2() + (2 * b + v) * v / <f64> dims);
}

/** Whether of two squared radii neither is much larger. */
@inline export function areLike(p: f64, q: f64): bool {
  return p <= ROUND_LIKE * q && q <= ROUND_LIKE * p;
}

/** Mean squared product of two members about the mean (law of cosines): the squared norm of their covariance, however few they are. */
function meanProduct2(): f64 {
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
