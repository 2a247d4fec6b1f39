/** How odd a point is, judged before it is learned: far from its cluster, farther than usual, alone in its place. */
import { f64At, i32At, outside, slot, weight } from "./memory";
import { unit } from "./micro";
import { NEAR, REACH, USUAL_POINTS, USUAL_RATE } from "./parameters";
import { DEVIATION2, field, SEEN, setField, TYPICAL, USUAL, VARIANCE } from "./record";

/** Layers and score of the point judged last, each in [0, 1]; its similarity to the cluster, 1 at the centre, a half at the reach. */
export let geometric: f64 = 0, statistical: f64 = 0, temporal: f64 = 0, score: f64 = 0, similarity: f64 = 0;

/** Judges a point at squared distance z from its nearest micro-cluster i (-1: there is none). */
@inline export function judgePoint(i: i32, z: f64, cost: f64, early: bool, learns: bool): void {
  geometric = 0;
  statistical = 0;
  temporal = 0;
  score = 0;
  similarity = i < 0 ? 1 : 0;
  if (i < 0) return;
  const c = i32At(slot, i);
  if (c < 0) {
    if (early) return;
    geometric = 1;
    statistical = 1;
    temporal = unit / fallen(i, z, cost);
  } else {
    const z2 = z + f64At(outside, i), far = z2 / (REACH * max(field(c, VARIANCE), cost) + 1e-30);
    const near = f64x2.div(f64x2.replace_lane(f64x2.splat(1), 1, far), f64x2.splat(1 + far));
    similarity = f64x2.extract_lane(near, 0);
    if (early) return; // too early to call anything an outlier
    geometric = f64x2.extract_lane(near, 1);
    judgeUsual(c, sqrt(z2), far, NEAR * fallen(i, z, cost), learns);
  }
  score = 0.4 * geometric + 0.3 * statistical + 0.3 * temporal;
}

/** Weight of the recent points where this one fell, itself included. */
@inline function fallen(i: i32, z: f64, cost: f64): f64 {
  return unit + (z <= cost ? f64At(weight, i) : 0);
}

/** Similarity of one of the first points, once it is learned: to the micro-cluster i that was nearest, if that is of its cluster c. */
export function judgeEarly(i: i32, z: f64, c: i32, cost: f64): void {
  similarity = c >= 0 && i >= 0 && i32At(slot, i) == c
    ? 1 / (1 + z / (REACH * max(field(c, VARIANCE), cost) + 1e-30))
    : 1;
}

/**
 * A half at three deviations beyond the usual distance; what is out of reach doesn't change what is usual, the rest is clipped.
 * Whether a point lies beyond is chance: no branch asks it, and both layers share a division.
 */
@inline function judgeUsual(c: i32, distance: f64, far: f64, alone: f64, learns: bool): void {
  const over = distance - field(c, USUAL), deviation2 = field(c, DEVIATION2), square = over * over;
  const seen = field(c, SEEN), known = seen >= USUAL_POINTS, typical = field(c, TYPICAL);
  const layers = f64x2.div(
    f64x2.replace_lane(f64x2.splat(typical), 1, square),
    f64x2.replace_lane(f64x2.splat(typical + alone), 1, square + 9 * deviation2 + 1e-30),
  );
  temporal = f64x2.extract_lane(layers, 0);
  const beyond = f64x2.gt(f64x2.splat(over), f64x2.splat(known ? 0 : Infinity));
  statistical = f64x2.extract_lane(v128.and(layers, beyond), 1);
  if (!learns || (known && far >= 1)) return;
  const rate = seen + 1 < 1 / USUAL_RATE ? 1 / (seen + 1) : USUAL_RATE;
  const e = seen + 1 <= USUAL_POINTS ? over : min(over, 3 * sqrt(deviation2));
  setField(c, SEEN, seen + 1);
  setField(c, USUAL, field(c, USUAL) + rate * e);
  setField(c, DEVIATION2, deviation2 + rate * ((1 - rate) * e * e - deviation2));
}
