/** Density of the core micro-clusters: a biweight kernel whose radius takes in a share of the weight. */
import { f32, sortedIndices, sum, sumLanes } from "./lanes.ts";
import type { Core } from "./structure.ts";

const DOUBLING = f32(1.6), DOUBLING_ONE = 0.02, DOUBLING_TWO = 0.04, PART_KERNEL = 0.03, LEAST_POINTS = 8;
const TINY = f32(1e-30), ALIKE = 3, ALIKE_SHARE = 0.8;

/** Value at which, in ascending order, half the weight is reached. */
export function weightedMedian(values: ArrayLike<number>, core: Core): number {
  const all = sum(core.weights);
  let s = 0;
  for (const i of sortedIndices(values)) {
    s += core.weights[i];
    if (s >= 0.5 * all) return values[i];
  }
  return 0;
}

/** Squared radii in which point i finds each of the wanted weights, in ascending order, nearest first. */
function reachesOf(i: number, core: Core, gaps: readonly Float32Array[], wanted: readonly number[]): number[] {
  const { variances, weights } = core;
  const keys = gaps[i].map((gap, j) => gap + f32(variances[i] + variances[j])), order = sortedIndices(keys);
  let taken = 0, at = 0, reach = 0;
  return wanted.map((want) => {
    for (; taken < want && at < order.length; at++) {
      taken += weights[order[at]];
      reach = keys[order[at]];
    }
    return reach;
  });
}

/** Squared radius in which each point finds `want` of the weight. */
export function reaches(core: Core, gaps: readonly Float32Array[], want: number): Float32Array {
  return Float32Array.from(gaps, (_, i) => reachesOf(i, core, gaps, [want])[0]);
}

/**
 * The reaches that the parts need; undefined where no density is known: in many dimensions all distances are alike, and
 * twice the weight hardly widens the radius. Nor is it where no one radius suits most of the points.
 */
export function knownReaches(
  core: Core,
  gaps: readonly Float32Array[],
  dims: number,
  total: number,
): Float32Array | undefined {
  if (gaps.length < LEAST_POINTS) return undefined;
  if (dims <= 2) return reaches(core, gaps, PART_KERNEL * total);
  const wanted = [DOUBLING_ONE, PART_KERNEL, DOUBLING_TWO].map((share) => share * total);
  const found = gaps.map((_, i) => reachesOf(i, core, gaps, wanted));
  const widenings = Float32Array.from(found, ([one, , two]) => two / f32(one + TINY));
  const middles = Float32Array.from(found, ([, middle]) => middle);
  return weightedMedian(widenings, core) >= DOUBLING && areAlike(middles, core) ? middles : undefined;
}

/** Whether one radius suits most of the weight. */
function areAlike(reaches: Float32Array, core: Core): boolean {
  const typical = weightedMedian(reaches, core);
  const alike = core.weights.filter((_, i) => reaches[i] <= f32(ALIKE * typical) && typical <= f32(ALIKE * reaches[i]));
  return sum(alike) >= ALIKE_SHARE * sum(core.weights);
}

export class Density {
  /** Squared radius of the kernel. */
  readonly radius: number;
  /** Density at each point. */
  readonly at: Float32Array;
  #weights: Float32Array;
  #gaps: readonly Float32Array[];
  #inverse: number;

  constructor(core: Core, gaps: readonly Float32Array[], reaches: Float32Array) {
    this.#weights = core.weights;
    this.#gaps = gaps;
    this.radius = f32(2 * weightedMedian(reaches, core) + TINY);
    this.#inverse = f32(1 / this.radius);
    this.at = Float32Array.from(gaps, (_, i) => this.#between(i, i));
  }

  /** Density half way between two points, from the distances alone (parallelogram law). */
  #between(i: number, j: number): number {
    const p = this.#gaps[i], q = this.#gaps[j], quarter = f32(0.25 * p[j]), lanes = new Float32Array(4);
    for (let l = 0; l < p.length; l++) {
      const z = f32(f32(f32(p[l] + q[l]) * 0.5) - quarter), y = Math.max(f32(1 - f32(z * this.#inverse)), 0);
      lanes[l & 3] += f32(this.#weights[l] * f32(y * y));
    }
    return sumLanes(lanes[0], lanes[1], lanes[2], lanes[3]);
  }

  /** Whether two points are nearer than the kernel's radius. */
  areNear(i: number, j: number): boolean {
    return this.#gaps[i][j] <= this.radius;
  }

  /** Density at the lowest of three places: two points and half way between them. */
  saddle(i: number, j: number): number {
    return Math.min(this.at[i], this.at[j], this.#between(i, j));
  }
}
