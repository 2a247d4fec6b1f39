/** Streams for the laws. Coordinates are multiples of 1/1024, exact in single precision, and still exact far from zero. */
import process from "node:process";
import { type Random, random } from "../../src/random.ts";

/** NCS_SEED repeats a run, or tries another one. */
export const SEED = Number(process.env.NCS_SEED ?? 1);

/** Random numbers of this run's seed, under a name. */
export const seeded = (name: string): Random => random(SEED, name);

const STEP = 1024;

/** Rounds to a multiple of 1/1024. */
export const grid = (x: number) => Math.round(x * STEP) / STEP;

export interface Blobs {
  /** Shape (n x dims), row-major. */
  points: Float64Array;
  /** Cluster of each point. Shape (n). */
  truth: Int32Array;
}

/** `k` Gaussians of deviation one, far apart, in random order. */
export function blobs(r: Random, n: number, dims: number, k: number): Blobs {
  const centres = Array.from({ length: k }, (_, i) => corner(i, dims).map((x) => x + r.uniform()));
  const points = new Float64Array(n * dims), truth = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    truth[i] = r.integer(k);
    for (let axis = 0; axis < dims; axis++) points[i * dims + axis] = grid(centres[truth[i]][axis] + r.normal());
  }
  return { points, truth };
}

/** Centre number i on a lattice with fifteen deviations between neighbours. Shape (dims). */
function corner(i: number, dims: number): number[] {
  return Array.from(
    { length: dims },
    (_, axis) => 15 * (Math.floor(i / 3 ** axis) % 3 + (axis === 0 ? 3 * Math.floor(i / 3 ** dims) : 0)),
  );
}

/** Everything at once: blobs that are replaced three times, with a tenth of uniform noise and repeated points. Shape (n x dims). */
export function eventful(r: Random, n: number, dims: number): Float64Array {
  const points = new Float64Array(n * dims);
  for (let part = 0; part < 4; part++) {
    const from = Math.floor(n * part / 4), to = Math.floor(n * (part + 1) / 4), shift = 7 * part;
    points.set(blobs(r, to - from, dims, 3 + part).points.map((x) => x + shift), from * dims);
  }
  for (let i = 1; i < n; i++) {
    const kind = r.integer(20);
    if (kind < 2) { for (let axis = 0; axis < dims; axis++) points[i * dims + axis] = grid(80 * r.uniform() - 20); }
    if (kind === 2) points.copyWithin(i * dims, (i - 1) * dims, i * dims);
  }
  return points;
}
