/**
 * The stream's frame: points are taken from their first one (the origin) and, if asked for, divided by each coordinate's
 * running deviation, before they become f32; so a stream of timestamps clusters as well as one around zero.
 */
import {
  center,
  dims,
  f32At,
  f32Put,
  f64At,
  f64Put,
  factor,
  input,
  isNarrow,
  origin,
  places,
  rowBytes,
  runningMean,
  runningVariance,
  scatter,
  weight,
} from "./memory";
import { count } from "./micro";
import { COORDINATE_MAX, scaling } from "./parameters";
import { clusterCount } from "./record";

/** The mean may lie so many variances (squared distance) from the origin: 2^8 deviations cost an f32 eight of its 24 bits. */
const RECENTER: f64 = 65536;

/** Bounds of a coordinate's factor, and of its change in one structure step. */
const FACTOR_LEAST: f64 = 1e-15, FACTOR_MOST: f64 = 1e15, FACTOR_STEP: f64 = 1e6;

@inline export function coordinate(p: i32, k: i32, single: bool): f64 {
  const at = p * dims + k;
  return single ? <f64> load<f32>(input + (<usize> at << 2)) : load<f64>(input + (<usize> at << 3));
}

/** The frame of a stream that has seen nothing. */
export function clearFrame(): void {
  for (let k = 0; k < dims; k++) f64Put(factor, k, 1);
}

/** The frame begins at point p of the block. */
export function beginFrame(p: i32, single: bool): void {
  for (let k = 0; k < dims; k++) {
    const x = coordinate(p, k, single);
    f64Put(origin, k, x);
    f64Put(factor, k, 1);
    f64Put(runningMean, k, x);
    f64Put(runningVariance, k, 0);
  }
}

/** Brings point p of the block into the frame, as a row. */
@inline export function enterFrame(p: i32, row: usize, single: bool): void {
  if (scaling) scaleRow(p, row, single);
  else if (isNarrow()) subtractNarrow(p, p + 1, row, single);
  else subtractOrigin(p, row, single);
}

/** Brings points [from, to) of the block into the frame, as rows of one register one after the other. */
@inline export function enterRows(from: i32, to: i32, rows: usize, single: bool): void {
  if (!scaling) return subtractNarrow(from, to, rows, single);
  for (let p = from; p < to; p++) scaleRow(p, rows + (<usize> (p - from) << 4), single);
}

function scaleRow(p: i32, row: usize, single: bool): void {
  for (let k = 0; k < dims; k++) {
    const x = (coordinate(p, k, single) - f64At(origin, k)) * f64At(factor, k);
    f32Put(row, k, clamp(<f32> x));
  }
}

/** Points less the origin, where a row is one register: written at once, for whoever reads it next would wait. */
@inline function subtractNarrow(from: i32, to: i32, rows: usize, single: bool): void {
  const low = v128.load(origin), high = v128.load(origin, 16);
  const mine = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(dims)); // beyond lies what is next in memory
  for (let p = from, row = rows; p < to; p++, row += 16) {
    const a = f32x4.demote_f64x2_zero(f64x2.sub(pairAt(p, 0, single), low));
    const b = f32x4.demote_f64x2_zero(f64x2.sub(pairAt(p, 2, single), high));
    v128.store(row, v128.and(v128.shuffle<f32>(a, b, 0, 1, 4, 5), mine));
  }
}

/** Coordinates k and k + 1 of point p of the block. */
@inline export function pairAt(p: i32, k: i32, single: bool): v128 {
  const at = p * dims + k;
  if (single) return f64x2.promote_low_f32x4(v128.load64_zero(input + (<usize> at << 2)));
  return v128.load(input + (<usize> at << 3));
}

/** Two coordinates at a time: exact in f64, then rounded once to f32. */
@inline function subtractOrigin(p: i32, row: usize, single: bool): void {
  const even = dims & ~1;
  for (let k = 0; k < even; k += 2) {
    const x = f64x2.sub(pairAt(p, k, single), v128.load(origin + (<usize> k << 3)));
    v128.store64_lane(row + (<usize> k << 2), f32x4.demote_f64x2_zero(x), 0);
  }
  if (even < dims) f32Put(row, even, <f32> (coordinate(p, even, single) - f64At(origin, even)));
}

/** Running mean and variance of each coordinate; `rate` falls to the share that the micro-clusters forget per point. */
export function watchScale(p: i32, single: bool, rate: f64): void {
  for (let k = 0; k < dims; k++) {
    const e = coordinate(p, k, single) - f64At(runningMean, k);
    f64Put(runningMean, k, f64At(runningMean, k) + rate * e);
    f64Put(runningVariance, k, (1 - rate) * (f64At(runningVariance, k) + rate * e * e));
  }
}

/** Moves coordinate k of everything kept by -m and multiplies it by f. */
function changeCoordinate(k: i32, m: f32, f: f32): void {
  for (let i = 0; i < count; i++) f32Put(center(i), k, clamp((f32At(center(i), k) - m) * f));
  for (let c = 0; c < clusterCount; c++) {
    const p = places + <usize> c * rowBytes;
    f32Put(p, k, clamp((f32At(p, k) - m) * f));
  }
}

/** Within what squares and sums of 1,024 dimensions bear. */
@inline export function clamp(x: f32): f32 {
  return min(max(x, <f32> -COORDINATE_MAX), <f32> COORDINATE_MAX);
}

/**
 * Brings the frame up to date before a structure step: takes over the running deviations (answers by how much squared
 * distances grew, a mean over the coordinates), and moves the origin when the stream has gone so far from it that f32
 * would lose the distances.
 */
export function moveFrame(): f64 {
  const grown = scaling ? rescale() : 1;
  recenter();
  return grown;
}

function rescale(): f64 {
  let grown: f64 = 0;
  for (let k = 0; k < dims; k++) {
    const v = f64At(runningVariance, k), old = f64At(factor, k), wanted = v > 0 ? 1 / sqrt(v) : 1;
    // Bounded, whatever the scale of the stream: no product below leaves the range of f32.
    const ratio = min(max(min(max(wanted, FACTOR_LEAST), FACTOR_MOST) / old, 1 / FACTOR_STEP), FACTOR_STEP);
    f64Put(factor, k, old * ratio);
    changeCoordinate(k, 0, <f32> ratio);
    grown += ratio * ratio;
  }
  return grown / <f64> dims;
}

/** Moves the origin, coordinate by coordinate, where the mean lies more than RECENTER deviations (squared) from it. */
function recenter(): void {
  let all: f64 = 0, within: f64 = 0;
  for (let i = 0; i < count; i++) {
    all += f64At(weight, i);
    within += f64At(scatter, i);
  }
  within /= all * <f64> dims;
  for (let k = 0; k < dims; k++) {
    let first: f64 = 0, second: f64 = 0;
    for (let i = 0; i < count; i++) first += f64At(weight, i) * <f64> f32At(center(i), k);
    const m = first / all;
    for (let i = 0; i < count; i++) {
      const e = <f64> f32At(center(i), k) - m;
      second += f64At(weight, i) * e * e;
    }
    if (m * m <= RECENTER * (second / all + within)) continue;
    changeCoordinate(k, <f32> m, 1);
    f64Put(origin, k, f64At(origin, k) + <f64> <f32> m / f64At(factor, k));
  }
}
