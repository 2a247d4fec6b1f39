/** The streams that quality is measured on where no folder is given: made from a seed, each a known hard case in miniature. */
import { type Random, random } from "../random.ts";
import { draw, type Part, place } from "./mixture.ts";
import { arc, ball, box, corner, ellipsoid, randomAxes, ring, type Shape, spiralArm, vector } from "./shapes.ts";
import type { LabelledStream } from "./stream.ts";

const STEADY = 8000, MOVING = 20000;

interface Recipe {
  parts: (r: Random) => Part[];
  points?: number;
  noise?: number;
  /** Draws all points from this many distinct ones. */
  distinct?: number;
  /** Rounds each coordinate to a multiple of one. */
  whole?: boolean;
}

const at = (shape: Shape, ...centre: number[]): Part => ({ shape, centre });

const times = <T>(count: number, value: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => value(i));

/** Shapes kept apart by a gap between their outlines, in a box of the given side to begin with. */
function apart(shapes: (r: Random) => Shape[], gap: number, side: number, weights?: number[]): (r: Random) => Part[] {
  return (r) => {
    const made = shapes(r), centres = place(made, gap, side, r);
    return made.map((shape, i) => ({ shape, centre: centres[i], weight: weights?.[i] }));
  };
}

/** Equal balls whose centres keep `gap` deviations between them. */
function balls(k: number, dims: number, gap: number, weights?: number[]): (r: Random) => Part[] {
  return (r) => {
    const centres = place(times(k, () => () => vector(dims, () => 0)), gap, gap, r);
    return centres.map((centre, i) => ({ shape: ball(dims, 1), centre, weight: weights?.[i] }));
  };
}

/** Sticks: Gaussians longer in one direction, each its own or all the same. */
function sticks(k: number, dims: number, ratio: number, own: boolean): (r: Random) => Shape[] {
  return (r) => {
    const shared = randomAxes(r, dims), sigmas = vector(dims, (axis) => axis === 0 ? ratio : 1);
    return times(k, () => ellipsoid(own ? randomAxes(r, dims) : shared, sigmas));
  };
}

/** Balls that come one by one and leave in the same order, `alive` of them at a time. */
function births(k: number, alive: number, dims: number): (r: Random) => Part[] {
  return (r) =>
    balls(k, dims, 12)(r).map((part, i) => ({
      ...part,
      from: i < alive ? 0 : (i - alive + 1) / (k - alive + 1),
      to: (i + 1) / (k - alive + 1),
    }));
}

/** The whole arrangement is replaced at equal times. */
function arrangements(count: number, k: number, dims: number): (r: Random) => Part[] {
  return (r) =>
    times(count, (i) => balls(k, dims, 10)(r).map((part) => ({ ...part, from: i / count, to: (i + 1) / count })))
      .flat();
}

/** Balls that travel together, each with a step of its own on top. */
function travelling(k: number, dims: number): (r: Random) => Part[] {
  return (r) =>
    balls(k, dims, 16)(r).map((part) => {
      const way = vector(dims, () => 4 * r.normal() / Math.sqrt(dims));
      return { ...part, motion: (time) => way.map((step) => (12 + step) * time) };
    });
}

const SIGMAS = [0.12, 0.2, 0.35, 0.5, 0.75, 1.1];
const scales = (dims: number) => apart(() => SIGMAS.map((sigma) => ball(dims, sigma)), 0.8, 8, [1, 3, 8, 5, 2, 6]);
const single = (shape: Shape, dims: number): Recipe => ({ parts: () => [{ shape, centre: vector(dims, () => 0) }] });
const moons =
  (sigma: number) => () => [at(arc(1, 0, Math.PI, sigma), 0, 0), at(arc(1, Math.PI, 2 * Math.PI, sigma), 1, 0.4)];
const layers = (gap: number) => () => times(4, (i) => at(box(8, 0.5), i % 2, i * gap));

/** Recipes by group and name. */
const CATALOGUE: Record<string, Record<string, Recipe>> = {
  single: {
    blob2: single(ball(2, 1), 2),
    blob8: single(ball(8, 1), 8),
    blob32: single(ball(32, 1), 32),
    square: single(box(1, 1), 2),
    plank: single(box(9, 1), 2),
    cube: single(box(1, 1, 1), 3),
    cigar: single(ellipsoid(times(4, (i) => vector(4, (j) => i === j ? 1 : 0)), [6, 1, 1, 1]), 4),
  },
  long: {
    sticks2: { parts: apart(sticks(4, 2, 5, false), 1.6, 20) },
    sticks2own: { parts: apart(sticks(5, 2, 5, true), 2, 25) },
    sticks5: { parts: apart(sticks(5, 5, 5, false), 3, 14) },
    sticks10own: { parts: apart(sticks(6, 10, 5, true), 5, 14) },
    layers: { parts: layers(1.7) },
    layersnoise: { parts: layers(2), noise: 0.08 },
  },
  curved: {
    moons: { parts: moons(0.07) },
    moonsnoise: { parts: moons(0.06), noise: 0.05 },
    rings: { parts: () => [at(ring(1, 0.08), 0, 0), at(ring(2.3, 0.1), 0, 0)] },
    target: { parts: () => [at(ball(2, 0.25), 0, 0), at(ring(1.6, 0.1), 0, 0)] },
    spirals: { parts: () => times(2, (i) => at(spiralArm(0.75, i * Math.PI, 0.05), 0, 0)) },
    corners: { parts: () => [at(corner(4, 0.15), 0, 0), at(corner(3, 0.15), 1.4, 1.4), at(ball(2, 0.3), 5, 4)] },
  },
  round: {
    gaussians5: { parts: balls(8, 5, 7) },
    gaussians10: { parts: balls(10, 10, 7) },
    scales2: { parts: scales(2) },
    scales5: { parts: scales(5) },
    near2k12: { parts: balls(12, 2, 5) },
    near2k25: { parts: balls(25, 2, 5) },
    touching2k3: { parts: balls(3, 2, 4) },
    rare: { parts: balls(5, 2, 10, [20, 20, 20, 20, 1]) },
    noise2: { parts: balls(6, 2, 10), noise: 0.1 },
    noise5: { parts: balls(6, 5, 9), noise: 0.1 },
  },
  few: {
    repeated8: { parts: balls(4, 8, 5), distinct: 160 },
    repeated5: { parts: balls(5, 5, 6), distinct: 200 },
    whole: { parts: () => [[3, 3], [11, 4], [6, 12]].map((centre) => at(ball(2, 1.2), ...centre)), whole: true },
  },
  drift: {
    travelling3: { parts: travelling(6, 3), points: MOVING },
    births4: { parts: births(12, 5, 4), points: MOVING },
    abrupt3: { parts: arrangements(4, 6, 3), points: MOVING },
    abrupt16: { parts: arrangements(4, 5, 16), points: MOVING },
    movinglayers: {
      parts: () => layers(2)().map((part) => ({ ...part, motion: (time: number) => [3 * time, 4 * time] })),
      points: MOVING,
    },
  },
  high: {
    gaussians64: { parts: balls(15, 64, 9) },
    gaussians128: { parts: balls(10, 128, 10) },
    near16: { parts: balls(6, 16, 6) },
    noise32: { parts: balls(8, 32, 9), noise: 0.05 },
  },
};

/** Replaces each point by one of the first `distinct`. */
function repeat({ points, truth }: { points: Float32Array; truth: Int32Array }, distinct: number, r: Random): void {
  const dims = points.length / truth.length;
  for (let i = distinct; i < truth.length; i++) {
    const from = r.integer(distinct);
    points.copyWithin(i * dims, from * dims, (from + 1) * dims);
    truth[i] = truth[from];
  }
}

/** The generated streams of a seed, one at a time. */
export function* generatedStreams(seed: number): Generator<LabelledStream> {
  for (const [kind, recipes] of Object.entries(CATALOGUE)) {
    for (const [name, recipe] of Object.entries(recipes)) {
      const r = random(seed, name), parts = recipe.parts(r);
      const { points, truth } = draw(parts, recipe.points ?? STEADY, r, recipe.noise);
      if (recipe.distinct) repeat({ points, truth }, recipe.distinct, r);
      if (recipe.whole) points.forEach((x, i) => points[i] = Math.round(x));
      yield { name, kind, dims: parts[0].centre.length, k: parts.length, points, truth };
    }
  }
}
