/**
 * How many different points the stream has: points that come again, as in a small set presented many times or with few
 * values, are no new evidence. Capture and recapture (Lincoln 1930, here with a table of fixed size): of n equally frequent
 * points one in n is remembered in each of TABLE places, so a share TABLE / (TABLE + n) of those that arrive is met again.
 */
import { coordinate, pairAt } from "./frame";
import { dims, i32At, i32Put, remembered } from "./memory";
import { time } from "./micro";
import { NOVELTY_EVERY, NOVELTY_RATE, NOVELTY_TABLE } from "./parameters";

/** Running share of the looked-at points that were met again. */
export let metAgain: f64 = 0;

export function setNovelty(share: f64): void {
  metAgain = share;
}

/** Points to the next that is looked at, every NOVELTY_EVERY-th. */
export function untilNovelty(): i32 {
  return NOVELTY_EVERY - <i32> (time - floor(time / <f64> NOVELTY_EVERY) * <f64> NOVELTY_EVERY);
}

/** Looks at point p of the block: was it met lately? */
export function lookAtNovelty(p: i32, single: bool): void {
  const h = hash(p, single), place = <i32> (<u32> h >>> 25);
  metAgain += NOVELTY_RATE * ((i32At(remembered, place) == h ? 1 : 0) - metAgain);
  i32Put(remembered, place, h);
}

/** Share of the weight that is evidence, as `weighEvidence` found it for this structure step. */
export let evidence: f64 = 1;

/** So many points are in the memory: all are evidence, unless fewer are different. */
export function weighEvidence(points: f64): void {
  evidence = metAgain > 0 ? min(1.0, <f64> NOVELTY_TABLE * (1 - metAgain) / (metAgain * points)) : 1;
}

/**
 * A hash of the coordinates of point p as they came (as f64, so that no frame and no precision matters; 0 and -0 alike), never 0:
 * even and odd ones rotated and mixed apart, then put together and finished as MurmurHash3 does (Appleby 2011).
 */
function hash(p: i32, single: bool): i32 {
  const even = dims & ~1, zero = f64x2.splat(0);
  let h = i64x2.splat(0);
  for (let k = 0; k < even; k += 2) h = mix(h, f64x2.add(pairAt(p, k, single), zero));
  if (even < dims) h = mix(h, f64x2.add(f64x2.splat(coordinate(p, even, single)), zero));
  let x = <u64> i64x2.extract_lane(h, 0) + <u64> i64x2.extract_lane(h, 1) * 0x9e3779b97f4a7c15;
  x = (x ^ (x >>> 33)) * 0xff51afd7ed558ccd;
  x = (x ^ (x >>> 33)) * 0xc4ceb9fe1a85ec53;
  const y = <i32> (x >>> 32);
  return y == 0 ? 1 : y;
}

@inline function mix(h: v128, x: v128): v128 {
  return v128.xor(v128.or(i64x2.shl(h, 5), i64x2.shr_u(h, 59)), x);
}
