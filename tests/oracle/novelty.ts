/**
 * How many different points the stream has: points that come again are no new evidence. A table of fixed size remembers
 * every fourth point; of n equally frequent ones a share SIZE / (SIZE + n) is met again (capture and recapture).
 */
import type { State } from "./state.ts";

/** Places of the table. */
export const SIZE = 128;
const EVERY = 4, RATE = 1 / 128;

/** Looks at every fourth point: was it met lately? */
export function lookAtNovelty(s: State, point: ArrayLike<number>): void {
  if (s.time % EVERY !== 0) return;
  const h = hash(point), place = h >>> 25;
  s.metAgain += RATE * ((s.remembered[place] === h ? 1 : 0) - s.metAgain);
  s.remembered[place] = h;
}

/** Share of so many points that is evidence: all, unless fewer are different. */
export function evidenceOf(s: State, points: number): number {
  return s.metAgain > 0 ? Math.min(1, SIZE * (1 - s.metAgain) / (s.metAgain * points)) : 1;
}

const u64 = (x: bigint): bigint => BigInt.asUintN(64, x);

/**
 * A hash of the coordinates as they came, 0 and -0 alike, never 0: even and odd ones rotated and mixed apart (a last one
 * without a partner into both), then put together and finished as MurmurHash3 does.
 */
function hash(point: ArrayLike<number>): number {
  const bits = new BigUint64Array(Float64Array.from(point, (x) => x + 0).buffer), halves = [0n, 0n];
  const mix = (half: number, x: bigint) => halves[half] = u64((halves[half] << 5n) | (halves[half] >> 59n)) ^ x;
  bits.forEach((x, k) => mix(k & 1, x));
  if (bits.length & 1) mix(1, bits[bits.length - 1]);
  let x = u64(halves[0] + halves[1] * 0x9e3779b97f4a7c15n);
  x = u64((x ^ (x >> 33n)) * 0xff51afd7ed558ccdn);
  x = u64((x ^ (x >> 33n)) * 0xc4ceb9fe1a85ec53n);
  return Number(BigInt.asIntN(32, x >> 32n)) || 1;
}
