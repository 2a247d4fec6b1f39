/** How odd a point is, judged before it is learned: far from its cluster, farther than usual, alone in its place. */
import { f64At, i32At, outside, slot, weight } from "./memory";
import { unit } from "./micro";
import { NEAR, REACH, USUAL_POINTS, USUAL_RATE } from "./parameters";
import { DEVIATION2, field, SEEN, setField, TYPICAL, USUAL, VARIANCE } from "./record";

/** Layers and score of the point judged last, each in [0, 1]; its similarity to the cluster, 1 at the centre, a half at the reach. */
export let geometric: f64 = 0, statistical: f64 = 0, temporal: f64 = 0, score: f64 = 0, similarity: f64 = 0;

/** Judges a point at squared distance z from its nearest micro-cluster i (-1: there is none). */
export function judgePoint(i: i32, z: f64, cost: f64, early: bool, learns: bool): void {
  geometric = 0;
  statistical = 0;
  temporal = 0;
  score = 0;
  similarity = i < 0 ? 1 : 0;
  if (i < 0) return;
  const c = i32At(slot, i), far = c < 0 ? 0 : (z + f64At(outside, i)) / (REACH * max(field(c, VARIANCE), cost) + 1e-30);
  if (c >= 0) similarity = 1 / (1 + far);
  if (early) return; // too early to call anything an outlier
  const alone = unit + (z <= cost ? f64At(weight, i) : 0); // recent points where this one fell, itself included
  if (c < 0) {
    geometric = 1;
    statistical = 1;
    temporal = unit / alone;
  } else {
    const typical = field(c, TYPICAL);
    geometric = far / (1 + far);
    temporal = typical / (typical + NEAR * alone);
    judgeUsual(c, sqrt(z + f64At(outside, i)), far, learns);
  }
  score = 0.4 * geometric + 0.3 * statistical + 0.3 * temporal;
}

/** Similarity of one of the first points, once it is learned: to the micro-cluster i that was nearest, if that is of its cluster c. */
export function judgeEarly(i: i32, z: f64, c: i32, cost: f64): void {
  similarity = c >= 0 && i >= 0 && i32At(slot, i) == c
    ? 1 / (1 + z / (REACH * max(field(c, VARIANCE), cost) + 1e-30))
    : 1;
}

/** A half at three deviations beyond the usual distance; what is out of reach doesn't change what is usual, the rest is clipped. */
function judgeUsual(c: i32, distance: f64, far: f64, learns: bool): void {
  const over = distance - field(c, USUAL), deviation2 = field(c, DEVIATION2), seen = field(c, SEEN);
  if (seen >= USUAL_POINTS && over > 0) statistical = over * over / (over * over + 9 * deviation2 + 1e-30);
  if (!learns || (far >= 1 && seen >= USUAL_POINTS)) return;
  const rate = seen + 1 < 1 / USUAL_RATE ? 1 / (seen + 1) : USUAL_RATE;
  const e = over <= 0 || seen + 1 <= USUAL_POINTS ? over : min(over, 3 * sqrt(deviation2));
  setField(c, SEEN, seen + 1);
  setField(c, USUAL, field(c, USUAL) + rate * e);
  setField(c, DEVIATION2, deviation2 + rate * ((1 - rate) * e * e - deviation2));
}
