/**
 * How many different points the stream has: points that come again are no new evidence. A table of fixed size remembers
 * every fourth point; of n equally frequent ones a share SIZE / (SIZE + n) is met again (capture and recapture).
 */
import type { Row } from "./lanes.ts";
import type { State } from "./state.ts";

/** Places of the table. */
export const SIZE = 128;
const EVERY = 4, RATE = 1 / 128;

/** Looks at every fourth point: was it met lately? */
export function lookAtNovelty(s: State, point: Row): void {
  if (s.time % EVERY !== 0) return;
  const h = hash(point), place = h & (SIZE - 1);
  s.metAgain += RATE * ((s.remembered[place] === h ? 1 : 0) - s.metAgain);
  s.remembered[place] = h;
}

/** Share of so many points that is evidence: all, unless fewer are different. */
export function evidenceOf(s: State, points: number): number {
  return s.metAgain > 0 ? Math.min(1, SIZE * (1 - s.metAgain) / (s.metAgain * points)) : 1;
}

/** A hash of a row's bits, never 0: rotated and mixed lane by lane, then multiplied together. */
function hash(row: Row): number {
  const bits = new Int32Array(row.buffer, row.byteOffset, row.length), lanes = [0, 0, 0, 0];
  for (let k = 0; k < bits.length; k++) lanes[k & 3] = ((lanes[k & 3] << 5) | (lanes[k & 3] >>> 27)) ^ bits[k];
  const [a, b, c, d] = lanes;
  let x = Math.imul(a, 0x9e3779b1) + Math.imul(b, 0x85ebca77) + Math.imul(c, 0xc2b2ae3d) + Math.imul(d, 0x27d4eb2f) | 0;
  x ^= x >>> 15;
  return x === 0 ? 1 : x;
}
