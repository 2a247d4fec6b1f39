/** The stream's frame: points are taken from the origin, and divided by each coordinate's running deviation if asked for. */
import { f32, type Row } from "./lanes.ts";
import type { State } from "./state.ts";

const COORDINATE_MAX = f32(1e15), RECENTER = 65536;
/** Bounds of a coordinate's factor, and of its change in one structure step. */
const FACTOR_LEAST = 1e-15, FACTOR_MOST = 1e15, FACTOR_STEP = 1e6;

/** Within what squares and sums of 1,024 dimensions bear. */
export const clamp = (x: number): number => Math.min(Math.max(f32(x), -COORDINATE_MAX), COORDINATE_MAX);
const between = (least: number, x: number, most: number): number => Math.min(Math.max(x, least), most);

/** The frame begins at the first point. */
export function beginFrame(s: State, point: ArrayLike<number>): void {
  s.origin = Float64Array.from(point);
  s.factor = new Float64Array(s.dims).fill(1);
  s.runningMean = Float64Array.from(point);
  s.runningVariance = new Float64Array(s.dims);
}

/** Brings a point into the frame. */
export function enterFrame(s: State, point: ArrayLike<number>, row: Row): Row {
  const scaled = s.options.scaling === "standard";
  for (let k = 0; k < s.dims; k++) {
    const x = point[k] - s.origin[k];
    row[k] = scaled ? clamp(x * s.factor[k]) : x;
  }
  return row;
}

/** Running mean and variance of each coordinate. */
export function watchScale(s: State, point: ArrayLike<number>, rate: number): void {
  for (let k = 0; k < s.dims; k++) {
    const e = point[k] - s.runningMean[k];
    s.runningMean[k] += rate * e;
    s.runningVariance[k] = (1 - rate) * (s.runningVariance[k] + rate * e * e);
  }
}

/** Moves coordinate k of everything kept by -m and multiplies it by f. */
function changeCoordinate(s: State, k: number, m: number, f: number): void {
  const shift = f32(m), scale = f32(f);
  for (const { center } of s.micros) center[k] = clamp(f32(center[k] - shift) * scale);
  for (const { place } of s.clusters) place[k] = clamp(f32(place[k] - shift) * scale);
}

/** Before a structure step: takes over the running deviations, then moves the origin to where the stream is. */
export function moveFrame(s: State): void {
  const grown = s.options.scaling === "standard" ? rescale(s) : 1;
  recenter(s);
  if (grown !== 1) scaleSquares(s, grown);
}

/** Answers by how much squared distances grew, a mean over the coordinates. */
function rescale(s: State): number {
  let grown = 0;
  for (let k = 0; k < s.dims; k++) {
    const v = s.runningVariance[k], wanted = between(FACTOR_LEAST, v > 0 ? 1 / Math.sqrt(v) : 1, FACTOR_MOST);
    const ratio = between(1 / FACTOR_STEP, wanted / s.factor[k], FACTOR_STEP);
    s.factor[k] *= ratio;
    changeCoordinate(s, k, 0, ratio);
    grown += ratio * ratio;
  }
  return grown / s.dims;
}

function scaleSquares(s: State, f: number): void {
  s.cost *= f;
  for (const micro of s.micros) {
    micro.scatter *= f;
    micro.outside *= f;
  }
  for (const cluster of s.clusters) {
    cluster.variance *= f;
    cluster.radius2 *= f;
    cluster.deviation2 *= f;
    cluster.usual *= Math.sqrt(f);
  }
}

/** Moves the origin, coordinate by coordinate, where the mean lies more than RECENTER variances from it. */
function recenter(s: State): void {
  let all = 0, within = 0;
  for (const micro of s.micros) {
    all += micro.weight;
    within += micro.scatter;
  }
  within /= all * s.dims;
  for (let k = 0; k < s.dims; k++) {
    let first = 0, second = 0;
    for (const { weight, center } of s.micros) first += weight * center[k];
    const mean = first / all;
    for (const { weight, center } of s.micros) second += weight * (center[k] - mean) * (center[k] - mean);
    if (mean * mean <= RECENTER * (second / all + within)) continue;
    changeCoordinate(s, k, mean, 1);
    s.origin[k] += f32(mean) / s.factor[k];
  }
}
