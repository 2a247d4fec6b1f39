/** The valley between two groups: the density of their micro-clusters, projected on the line from mean to mean. */
import type { Group } from "./group.ts";
import { distance, f32, project, sumLanes } from "./lanes.ts";
import type { Core } from "./structure.ts";

const CHANCE = 2, NOISE = 0.3, SLACK_LEAST = 0.3, VALLEY_STEPS = 24, PEAK_STEPS = 40;

/** The members of two groups on the line between their means: places, and the width and height of the kernel of each. */
interface Line {
  length: number;
  places: Float32Array;
  widths: Float32Array;
  heights: Float32Array;
  spreadA: number;
  spreadB: number;
  kernel: number;
}

function projectPair(a: Group, b: Group, core: Core, dims: number, wide: number, length: number): Line {
  const inverse = f32(1 / length), axis = a.mean.map((x, k) => f32(b.mean[k] - x) * inverse);
  const members = [...a.members, ...b.members].sort((i, j) => i - j), ofA = new Set(a.members);
  const places = Float32Array.from(members, (i) => project(core.micros[i].center, a.mean, axis));
  let sumA = 0, sumB = 0;
  members.forEach((i, m) => {
    const off = places[m] - (ofA.has(i) ? 0 : length), s = core.weights[i] * (off * off + core.variances[i] / dims);
    if (ofA.has(i)) sumA += s;
    else sumB += s;
  });
  const spreadA = Math.sqrt(sumA / a.mass),
    spreadB = Math.sqrt(sumB / b.mass),
    kernel = wide * Math.min(spreadA, spreadB);
  const inverses = members.map((i) => {
    const v = core.variances[i], variance = f32(v / dims + NOISE * v / core.weights[i]);
    return 1 / (7 * (variance + kernel * kernel) + 1e-30);
  });
  const heights = Float32Array.from(members, (i, m) => core.weights[i] * Math.sqrt(inverses[m]));
  return { length, places, widths: Float32Array.from(inverses), heights, spreadA, spreadB, kernel };
}

function densityAt(place: number, { places, widths, heights }: Line): number {
  const at = f32(place), lanes = new Float32Array(4);
  for (let l = 0; l < places.length; l++) {
    const u = f32(at - places[l]), y = Math.max(f32(1 - f32(f32(u * u) * widths[l])), 0);
    lanes[l & 3] += f32(heights[l] * f32(y * y));
  }
  return sumLanes(lanes[0], lanes[1], lanes[2], lanes[3]);
}

/** The deepest place between the means. */
function lowest(line: Line): { low: number; where: number } {
  let low = Infinity, where = 0;
  for (let i = 0; i <= VALLEY_STEPS; i++) {
    const x = line.length * i / VALLEY_STEPS, y = densityAt(x, line);
    if (y < low) [low, where] = [y, x];
  }
  return { low, where };
}

/** The lower of the peaks on both sides of a place. */
function lowerPeak(line: Line, low: number, where: number): number {
  const start = -line.spreadA, span = line.length + line.spreadB + line.spreadA;
  let left = low, right = low;
  for (let i = 0; i <= PEAK_STEPS; i++) {
    const x = start + span * i / PEAK_STEPS, y = densityAt(x, line);
    if (x <= where) left = Math.max(left, y);
    if (x >= where) right = Math.max(right, y);
  }
  return Math.min(left, right);
}

/**
 * Density at the deepest place between the means of two groups over the lower of their peaks, less what chance explains.
 * The kernel is `wide` times the spread of the narrower one.
 */
export function valleyRatio(a: Group, b: Group, core: Core, dims: number, wide: number): number {
  const length = Math.sqrt(distance(a.mean, b.mean));
  if (length === 0) return 1;
  const line = projectPair(a, b, core, dims, wide, length);
  if (densityAt(length * 0.5, line) === 0) return 0;
  const { low, where } = lowest(line), peak = lowerPeak(line, low, where);
  if (!(peak > 0)) return 0;
  return low / peak / Math.max(SLACK_LEAST, 1 - CHANCE / (peak * line.kernel * 2.65 * core.evidence));
}
