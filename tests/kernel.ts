/** The built kernel and seeded points for tests. */
import { readFileSync } from "node:fs";

/** The artifact of `deno task build`, compiled once. */
export const kernel: WebAssembly.Module = await WebAssembly.compile(
  readFileSync(new URL("../build/ncs.wasm", import.meta.url)),
);

/** Seeded uniform numbers in [0, 1): mulberry32. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Points round `clusters` far centres in turn at random, row-major. Shape (points x dims). */
export function blobs(points: number, dims: number, seed = 1, clusters = 3): Float64Array {
  const next = random(seed);
  const noise = () => next() + next() + next() + next() - 2;
  const out = new Float64Array(points * dims);
  for (let point = 0; point < points; point++) {
    const cluster = Math.floor(next() * clusters);
    for (let column = 0; column < dims; column++) {
      out[point * dims + column] = (column % clusters === cluster % dims ? 20 * (1 + cluster) : 0) + noise();
    }
  }
  return out;
}

/** A flat array as rows. Shape (points, dims). */
export function toRows(flat: ArrayLike<number>, dims: number): number[][] {
  const values = Array.from(flat);
  return Array.from({ length: values.length / dims }, (_, row) => values.slice(row * dims, (row + 1) * dims));
}
