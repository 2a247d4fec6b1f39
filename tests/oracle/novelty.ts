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

/**
 * A hash of the coordinates as they came, 0 and -0 alike, never 0: even and odd ones rotated and mixed apart (a last one
 * without a partner into both), then put together and finished as MurmurHash3 does.
 */
function hash(point: ArrayLike<number>): number {
  const bits = new Int32Array(Float64Array.from(point, (x) => x + 0).buffer),
    even = { low: 0, high: 0 },
    odd = { ...even };
  for (let k = 0; k < point.length; k++) mix(k & 1 ? odd : even, bits[2 * k], bits[2 * k + 1]);
  if (point.length & 1) mix(odd, bits[bits.length - 2], bits[bits.length - 1]);
  let x = u64(whole(even) + whole(odd) * 0x9e3779b97f4a7c15n);
  x = u64((x ^ (x >> 33n)) * 0xff51afd7ed558ccdn);
  x = u64((x ^ (x >> 33n)) * 0xc4ceb9fe1a85ec53n);
  return Number(BigInt.asIntN(32, x >> 32n)) || 1;
}

/** 64 bits in two halves. */
interface Word {
  low: number;
  high: number;
}

const u64 = (x: bigint): bigint => BigInt.asUintN(64, x);
const whole = ({ low, high }: Word): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

/** Rotates a word by five bits and mixes another in. */
function mix(word: Word, low: number, high: number): void {
  const turned = (word.low << 5) | (word.high >>> 27);
  word.high = ((word.high << 5) | (word.low >>> 27)) ^ high;
  word.low = turned ^ low;
}
