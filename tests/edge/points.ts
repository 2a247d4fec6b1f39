/** Points of the tests. */
import { blobs } from "../kernel.ts";

/** Points in three dims, as octets carry them. */
export function pointsOf(seed: number, count: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(blobs(count, 3, seed + 1));
}
