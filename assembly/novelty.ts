/**
 * How many different points the stream has: points that come again, as in a small set presented many times or with few
 * values, are no new evidence. Capture and recapture (Lincoln 1930, here with a table of fixed size): of n equally frequent
 * points one in n is remembered in each of TABLE places, so a share TABLE / (TABLE + n) of those that arrive is met again.
 */
import { i32At, i32Put, remembered, rowBytes } from "./memory";
import { NOVELTY_EVERY, NOVELTY_RATE, NOVELTY_TABLE } from "./parameters";
import { time } from "./micro";

/** Running share of the looked-at points that were met again. */
export let metAgain: f64 = 0;

export function setNovelty(share: f64): void {
  metAgain = share;
}

/** Looks at every NOVELTY_EVERY-th point: was it met lately? */
export function lookAtNovelty(row: usize): void {
  if (<i64> time % NOVELTY_EVERY != 0) return;
  const h = hash(row), place = h & (NOVELTY_TABLE - 1);
  metAgain += NOVELTY_RATE * ((i32At(remembered, place) == h ? 1 : 0) - metAgain);
  i32Put(remembered, place, h);
}

/** Share of the weight that is evidence, as `weighEvidence` found it for this structure step. */
export let evidence: f64 = 1;

/** So many points are in the memory: all are evidence, unless fewer are different. */
export function weighEvidence(points: f64): void {
  evidence = metAgain > 0 ? min(1.0, <f64> NOVELTY_TABLE * (1 - metAgain) / (metAgain * points)) : 1;
}

/** A hash of a row's bits, never 0: rotated and mixed lane by lane, then multiplied together. */
function hash(row: usize): i32 {
  let h = i32x4.splat(0);
  for (let k: usize = 0; k < rowBytes; k += 16) {
    h = v128.xor(v128.xor(i32x4.shl(h, 5), i32x4.shr_u(h, 27)), v128.load(row + k));
  }
  let x = i32x4.extract_lane(h, 0) * 0x9e3779b1 + i32x4.extract_lane(h, 1) * 0x85ebca77;
  x += i32x4.extract_lane(h, 2) * 0xc2b2ae3d + i32x4.extract_lane(h, 3) * 0x27d4eb2f;
  x ^= x >>> 15;
  return x == 0 ? 1 : x;
}
