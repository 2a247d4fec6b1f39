/**
 * The streams that every host learns, from integers alone, so that each host makes the same ones; digest.py makes them again in
 * Python. Clusters that drift, a change half way, uniform noise: enough for every branch of the kernel.
 */

/** One of the streams: `points` is the share of all points that it gets. */
export interface ParityStream {
  dims: number;
  scaling: "none" | "standard";
  share: number;
}

/** Odd and even dims, below, at and above a register of four. */
export const STREAMS: readonly ParityStream[] = [
  { dims: 1, scaling: "none", share: 0.2 },
  { dims: 3, scaling: "none", share: 0.4 },
  { dims: 5, scaling: "standard", share: 0.2 },
  { dims: 16, scaling: "none", share: 0.2 },
];

const CLUSTERS = 6, NOISE_RANGE = 20_000, JUMP = 3000, UNIT = 128;

/** Marsaglia's xorshift32 (2003): 32-bit words, never zero. */
function xorshift(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

/** Sum of the four octets of a word about its mean: nearly normal, deviation 148. */
const bell = (word: number) => (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24) - 510;

/** Shape (points x dims), row-major; every coordinate is a whole number of 1/128. */
export function parityPoints(points: number, dims: number): Float64Array {
  const next = xorshift(dims), values = new Float64Array(points * dims);
  for (let i = 0, at = 0; i < points; i++) {
    const word = next(), cluster = word % CLUSTERS, noise = ((word >>> 8) & 15) === 0;
    const moved = Math.floor(i * (cluster + 1) / 400) + (2 * i >= points ? JUMP : 0);
    for (let axis = 0; axis < dims; axis++) {
      const centre = ((cluster * (axis + 3) * 37) % 11) * 900 + moved, draw = next();
      values[at++] = (noise ? draw % NOISE_RANGE : centre + bell(draw)) / UNIT;
    }
  }
  return values;
}
