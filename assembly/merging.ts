/** Two states become one: their micro-clusters are put together and compacted; weight and mean are conserved. */
import { mergeDown } from "./compaction";
import { clamp } from "./frame";
import {
  capacity,
  dims,
  exchange,
  f32Put,
  f64At,
  f64Put,
  factor,
  last,
  origin,
  point,
  rowBytes,
  runningMean,
  runningVariance,
  scatter,
  weight,
} from "./memory";
import { count, insert, setMicro, time, totalWeight, unit } from "./micro";
import { scaling, STATUS_FOREIGN, STATUS_OK } from "./parameters";
import { refile } from "./search";
import { sequence, setSequence } from "./events";
import { announceAll } from "./identity";
import { COUNTS, judgeSnapshot, SCALARS, takeOver } from "./snapshot";
import { addCost, lookAtStructure, shiftCompaction } from "./stream";

/** Where the other state's numbers lie in its snapshot. */
let frame: usize = 0, rows: usize = 0, weights: usize = 0, scatters: usize = 0, lasts: usize = 0, others: i32 = 0;

function locate(): void {
  others = load<i32>(exchange, 48);
  frame = exchange + COUNTS + SCALARS * 8;
  rows = frame + (<usize> dims << 5);
  weights = rows + <usize> others * rowBytes;
  scatters = weights + (<usize> others << 3);
  lasts = scatters + (<usize> others << 3);
}

@inline function frameOf(table: i32, k: i32): f64 {
  return f64At(frame, table * dims + k);
}

/** Brings centre j of the other state into this one's frame, as a row at `point`. */
function enter(j: i32): void {
  const row = rows + <usize> j * rowBytes;
  memory.fill(point, 0, rowBytes);
  for (let k = 0; k < dims; k++) {
    const x = frameOf(0, k) + <f64> load<f32>(row + (<usize> k << 2)) / frameOf(1, k);
    f32Put(point, k, clamp(<f32> ((x - f64At(origin, k)) * f64At(factor, k))));
  }
}

/** By how much squared distances grow from the other frame to this one, a mean over the coordinates. */
function growth(): f64 {
  let s: f64 = 0;
  for (let k = 0; k < dims; k++) {
    const r = f64At(factor, k) / frameOf(1, k);
    s += r * r;
  }
  return s / <f64> dims;
}

/** The running mean and variance of both, by the share of weight that the other state has. */
function mergeScale(share: f64): void {
  for (let k = 0; k < dims; k++) {
    const e = frameOf(2, k) - f64At(runningMean, k);
    f64Put(runningMean, k, f64At(runningMean, k) + share * e);
    f64Put(
      runningVariance,
      k,
      (1 - share) * f64At(runningVariance, k) + share * frameOf(3, k) + share * (1 - share) * e * e,
    );
  }
}

/** Merges the snapshot in the exchange buffer in. Ids of this state go on; what only the other knew is born here. */
export function mergeSnapshot(n: i32): i32 {
  const status = judgeSnapshot(n);
  if (status != STATUS_OK) return status;
  if (load<i32>(exchange, 20) != scaling) return STATUS_FOREIGN;
  const otherTime = load<f64>(exchange + COUNTS),
    otherUnit = load<f64>(exchange + COUNTS + 8),
    otherCost = load<f64>(exchange + COUNTS + 16);
  if (otherTime == 0) return STATUS_OK;
  if (time == 0) { // an empty stream becomes the other one; its own events go on
    const mine = sequence;
    takeOver();
    setSequence(mine);
    announceAll();
    return STATUS_OK;
  }
  locate();
  const grown = growth(), mine = totalWeight() / unit, now = time + otherTime;
  for (let i = 0; i < count; i++) f64Put(last, i, f64At(last, i) + otherTime);
  shiftCompaction(otherTime);
  setMicro(count, now, unit);
  addCost(otherCost * grown);
  for (let j = 0; j < others; j++) {
    if (count == capacity) {
      addCost(mergeDown());
      refile(count);
    }
    enter(j);
    insert(point, -1, 0);
    f64Put(weight, count - 1, f64At(weights, j) / otherUnit * unit);
    f64Put(scatter, count - 1, f64At(scatters, j) / otherUnit * unit * grown);
    f64Put(last, count - 1, now - (otherTime - f64At(lasts, j)));
  }
  if (scaling) {
    const both = totalWeight() / unit;
    mergeScale(1 - mine / both);
  }
  lookAtStructure();
  return STATUS_OK;
}
