/** Points to send: made once, shared by all virtual users, since k6 computes slowly. */
import { SharedArray } from "k6/data";
import { b64decode, b64encode } from "k6/encoding";
import { driftingGaussians } from "../../../src/bench/stream.ts";

export const DIMS = 3;

/** So many batches of points, each as a JSON list of points. They are copied out of the shared array once: it freezes what
 * it gives, a string letter by letter, which costs more than a request. */
export function lists(count: number, points: number): readonly string[] {
  const shared = new SharedArray("lists", () => {
    const all = driftingGaussians(count * points, DIMS);
    const point = (i: number) => Array.from(all.subarray(i * DIMS, (i + 1) * DIMS), (x) => Number(x.toFixed(4)));
    const list = (from: number) => JSON.stringify(Array.from({ length: points }, (_, i) => point(from + i)));
    return Array.from({ length: count }, (_, batch) => list(batch * points));
  });
  return Array.from(shared);
}

/** Little-endian f32 octets: so many points, over and over. */
export function octets(points: number, times: number): ArrayBuffer {
  const once = new SharedArray("octets", () => [b64encode(driftingGaussians(points, DIMS).buffer as ArrayBuffer)]);
  const part = new Uint8Array(b64decode(once[0])), all = new Uint8Array(part.length * times);
  for (let i = 0; i < times; i++) all.set(part, i * part.length);
  return all.buffer;
}
