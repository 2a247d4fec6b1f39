/** Streams as mixtures of shapes that may move, come and go; points and labels from a seeded source of random numbers. */
import type { Random } from "../random.ts";
import { type Shape, vector } from "./shapes.ts";

/** One true cluster. Time runs from 0 to 1 over the stream. */
export interface Part {
  shape: Shape;
  centre: number[];
  /** Relative share of the points; default 1. */
  weight?: number;
  /** The part sends points while from <= time < to; default always. */
  from?: number;
  to?: number;
  /** What is added to the centre at a time. */
  motion?: (time: number) => number[];
}

const add = (a: readonly number[], b: readonly number[]) => a.map((x, i) => x + b[i]);

function pick(parts: readonly Part[], time: number, r: Random): number {
  const share = (part: Part) => time >= (part.from ?? 0) && time < (part.to ?? 2) ? part.weight ?? 1 : 0;
  let left = r.uniform() * parts.reduce((sum, part) => sum + share(part), 0);
  let last = -1;
  for (let i = 0; i < parts.length; i++) {
    if (share(parts[i]) === 0) continue;
    last = i;
    left -= share(parts[i]);
    if (left <= 0) break;
  }
  return last;
}

/** Draws n points of a mixture; `noise` of them uniform in the box that holds the rest, labelled -1. */
export function draw(
  parts: readonly Part[],
  n: number,
  r: Random,
  noise = 0,
): { points: Float32Array; truth: Int32Array } {
  const dims = parts[0].centre.length, points = new Float32Array(n * dims), truth = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const time = i / n, label = pick(parts, time, r), { shape, centre, motion } = parts[label];
    points.set(add(motion ? add(centre, motion(time)) : centre, shape(r)), i * dims);
    truth[i] = label;
  }
  if (noise > 0) scatter(points, truth, dims, noise, r);
  return { points, truth };
}

function scatter(points: Float32Array, truth: Int32Array, dims: number, share: number, r: Random): void {
  const low = vector(dims, () => Infinity), high = vector(dims, () => -Infinity);
  points.forEach((x, i) => {
    low[i % dims] = Math.min(low[i % dims], x);
    high[i % dims] = Math.max(high[i % dims], x);
  });
  for (let i = 0; i < truth.length; i++) {
    if (r.uniform() >= share) continue;
    truth[i] = -1;
    points.set(low.map((from, axis) => from + r.uniform() * (high[axis] - from)), i * dims);
  }
}

/** Points drawn of each shape to see how near two shapes lie. */
const OUTLINE_POINTS = 80;

/** Centres at random in a box that grows until all shapes fit: no two outlines (sampled points) nearer than `gap`. */
export function place(shapes: readonly Shape[], gap: number, side: number, r: Random): number[][] {
  const centres: number[][] = [], outlines: number[][][] = [];
  for (let edge = side; centres.length < shapes.length; edge *= 1.02) {
    const shape = shapes[centres.length], own = Array.from({ length: OUTLINE_POINTS }, () => shape(r));
    const centre = own[0].map(() => edge * r.uniform()), outline = own.map((point) => add(point, centre));
    const clear = outlines.every((other) => other.every((p) => outline.every((q) => distance(p, q) >= gap)));
    if (!clear) continue;
    centres.push(centre);
    outlines.push(outline);
  }
  return centres;
}

function distance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum);
}
