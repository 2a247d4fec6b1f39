/** What the host sees of a stream: a row a cluster, and the figures of the whole. Written as f64 to the exchange buffer. */
import {
  capacity,
  center,
  dims,
  exchange,
  f32At,
  f64At,
  f64Put,
  factor,
  i32At,
  i32Put,
  last,
  origin,
  scatter,
  slot,
  stateBytes,
  up,
  weight,
} from "./memory";
import { driftCount, lastDrift } from "./drift";
import { stability } from "./identity";
import { count, time, totalWeight, unit } from "./micro";
import { learningRate } from "./parameters";
import { BORN_AT, clusterCount, field, OWN, SHOWN, STABILITY } from "./record";
import { adaptation, compactions, cost, structureSteps, unexplainedRate } from "./stream";

/** Fields of a row before the centre. */
const ID = 0,
  SIZE = 1,
  RADIUS = 2,
  MICRO = 3,
  BORN = 4,
  LAST = 5,
  SCORE = 6,
  WORD = 7,
  SHARE = 8,
  COMPACT = 9,
  RECENT = 10,
  STABLE = 11,
  SEPARATE = 12;
const FIELDS = 13;
const HEALTHY_FROM: f64 = 0.6, AGEING_BELOW: f64 = 0.5;

let rows: i32 = 0, silhouetteMean: f64 = 0;

@inline function row(r: i32): usize {
  return exchange + (<usize> (r * (FIELDS + dims)) << 3);
}
@inline function add(r: i32, f: i32, x: f64): void {
  f64Put(row(r), f, f64At(row(r), f) + x);
}

/** Whether a micro-cluster shows this id: since the last structure step, a compaction may have given all of them to others. */
function isSeen(id: f64): bool {
  for (let i = 0; i < count; i++) if (i32At(slot, i) >= 0 && field(i32At(slot, i), SHOWN) == id) return true;
  return false;
}

/** A row for each id that is shown; `up` says which row a record belongs to. */
function beginRows(): void {
  rows = 0;
  for (let c = 0; c < clusterCount; c++) {
    if (field(c, OWN) == 0 || !isSeen(field(c, SHOWN))) continue;
    memory.fill(row(rows), 0, <usize> (FIELDS + dims) << 3);
    f64Put(row(rows), ID, field(c, SHOWN));
    f64Put(row(rows), BORN, field(c, BORN_AT));
    f64Put(row(rows), STABLE, field(c, STABILITY));
    for (let e = 0; e < clusterCount; e++) if (field(e, SHOWN) == field(c, SHOWN)) i32Put(up, e, rows);
    rows++;
  }
}

@inline function rowOf(i: i32): i32 {
  const c = i32At(slot, i);
  return c < 0 ? -1 : i32At(up, c);
}

function sumRows(): void {
  for (let i = 0; i < count; i++) {
    const r = rowOf(i), w = f64At(weight, i) / unit;
    if (r < 0) continue;
    add(r, SIZE, w);
    add(r, MICRO, 1);
    f64Put(row(r), LAST, max(f64At(row(r), LAST), f64At(last, i)));
    for (let k = 0; k < dims; k++) add(r, FIELDS + k, w * <f64> f32At(center(i), k));
  }
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < dims; k++) f64Put(row(r), FIELDS + k, f64At(row(r), FIELDS + k) / f64At(row(r), SIZE));
  }
}

/** Squared distance of micro-cluster i to the mean of row r; in the stream's coordinates, or in the frame's. */
function distanceTo(i: i32, r: i32, inStream: bool): f64 {
  let z: f64 = 0;
  for (let k = 0; k < dims; k++) {
    const e = (<f64> f32At(center(i), k) - f64At(row(r), FIELDS + k)) / (inStream ? f64At(factor, k) : 1);
    z += e * e;
  }
  return z;
}

/** Squared length in the stream's coordinates of a squared length in the frame's, a mean over the coordinates. */
function unscale(): f64 {
  let s: f64 = 0;
  for (let k = 0; k < dims; k++) s += 1 / (f64At(factor, k) * f64At(factor, k));
  return s / <f64> dims;
}

/** Squared radius, and separation: the silhouette of the cluster's micro-clusters, mapped from [-1, 1] to [0, 1]. */
function spreadRows(): void {
  const scale = unscale();
  let all: f64 = 0, sum: f64 = 0;
  for (let i = 0; i < count; i++) {
    const r = rowOf(i);
    if (r < 0) continue;
    const w = f64At(weight, i) / unit, v = f64At(scatter, i) / f64At(weight, i);
    let other: f64 = Infinity;
    for (let q = 0; q < rows; q++) if (q != r) other = min(other, distanceTo(i, q, false));
    const a = sqrt(distanceTo(i, r, false) + v),
      b = sqrt(other + v),
      s = rows == 1 ? 0 : b > 0 || a > 0 ? (b - a) / max(a, b) : 0;
    add(r, RADIUS, w * (distanceTo(i, r, true) + v * scale));
    add(r, SEPARATE, w * (rows == 1 ? 1 : (s + 1) / 2));
    all += w;
    sum += w * s;
  }
  silhouetteMean = all > 0 ? sum / all : 0;
}

/** Share of the weight within two radii of the mean: most of it, unless the cluster has heavy tails. */
function compactRows(): void {
  for (let r = 0; r < rows; r++) {
    f64Put(row(r), RADIUS, f64At(row(r), RADIUS) / f64At(row(r), SIZE));
    f64Put(row(r), SEPARATE, f64At(row(r), SEPARATE) / f64At(row(r), SIZE));
  }
  for (let i = 0; i < count; i++) {
    const r = rowOf(i);
    if (r >= 0 && distanceTo(i, r, true) <= 4 * f64At(row(r), RADIUS)) {
      add(r, COMPACT, f64At(weight, i) / unit / f64At(row(r), SIZE));
    }
  }
}

function finishRow(r: i32, heaviest: f64): void {
  const p = row(r), memoryPoints = <f64> capacity / learningRate;
  f64Put(p, RADIUS, sqrt(f64At(p, RADIUS)));
  f64Put(p, COMPACT, min(1.0, f64At(p, COMPACT)));
  f64Put(p, SHARE, f64At(p, SIZE) / heaviest);
  f64Put(p, RECENT, memoryPoints / (memoryPoints + (time - f64At(p, LAST))));
  const score = (f64At(p, SHARE) + f64At(p, COMPACT) + f64At(p, RECENT) + f64At(p, STABLE) + f64At(p, SEPARATE)) / 5;
  f64Put(p, SCORE, score);
  f64Put(p, WORD, f64At(p, RECENT) < AGEING_BELOW ? 1 : score >= HEALTHY_FROM ? 0 : 2);
  for (let k = 0; k < dims; k++) f64Put(p, FIELDS + k, f64At(origin, k) + f64At(p, FIELDS + k) / f64At(factor, k));
}

/** Writes a row for each cluster; answers their count. */
export function writeClusters(): i32 {
  beginRows();
  sumRows();
  spreadRows();
  compactRows();
  let heaviest: f64 = 0;
  for (let r = 0; r < rows; r++) heaviest = max(heaviest, f64At(row(r), SIZE));
  for (let r = 0; r < rows; r++) finishRow(r, heaviest);
  return rows;
}

/** Writes the figures of the whole stream. */
export function writeStatus(): void {
  writeClusters();
  let f = 0;
  f64Put(exchange, f++, time);
  f64Put(exchange, f++, <f64> rows);
  f64Put(exchange, f++, <f64> count);
  f64Put(exchange, f++, <f64> capacity);
  f64Put(exchange, f++, cost);
  f64Put(exchange, f++, silhouetteMean);
  f64Put(exchange, f++, stability);
  f64Put(exchange, f++, unexplainedRate);
  f64Put(exchange, f++, adaptation());
  f64Put(exchange, f++, driftCount);
  f64Put(exchange, f++, lastDrift);
  f64Put(exchange, f++, structureSteps);
  f64Put(exchange, f++, compactions);
  f64Put(exchange, f++, totalWeight() / unit);
  f64Put(exchange, f, <f64> stateBytes);
}
