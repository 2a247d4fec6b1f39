/**
 * The state as bytes: header, scalars, frame, micro-clusters, clusters, checksum; little-endian, the same from every host.
 * Each field is named once: the same walk writes and reads.
 */
import {
  capacity,
  center,
  centers,
  clusters,
  clustersMax,
  dims,
  exchange,
  exchangeBytes,
  factor,
  groupOf,
  i32Put,
  last,
  origin,
  outside,
  clusterMeans,
  places,
  RECORD,
  remembered,
  rowBytes,
  runningMean,
  runningVariance,
  scatter,
  slot,
  weight,
} from "./memory";
import { driftCount, excess, lastDrift, setDrift, since, usualError, watched } from "./drift";
import { sequence, setSequence } from "./events";
import { nextId, setIdentity, stability, waiting } from "./identity";
import { count, setMicro, time, unit } from "./micro";
import { metAgain, setNovelty } from "./novelty";
import {
  baseThreshold,
  learningRate,
  NOVELTY_TABLE,
  outlierThreshold,
  scaling,
  setParameters,
  SNAPSHOT_MAGIC,
  SNAPSHOT_VERSION,
  STATUS_DAMAGED,
  STATUS_FOREIGN,
  STATUS_OK,
  WEIGHT_LEAST,
} from "./parameters";
import { clusterCount, setClusterCount } from "./record";
import { addGroup, clearIndex, nearestGroup, refile } from "./search";
import { chosenBefore, setChosenBefore } from "./silhouette";
import {
  compactions,
  cost,
  lastCompaction,
  pace,
  setStream,
  structureSteps,
  unexplained,
  unexplainedRate,
  untilStructure,
  wait,
} from "./stream";

/** Where the state begins: after the header and the counts of micro-clusters and clusters. */
export const COUNTS: usize = 56, SCALARS: usize = 23;

let cursor: usize = 0, writing: bool = false;

/** Writes x, or reads what was written. */
@inline function number(x: f64): f64 {
  if (writing) store<f64>(cursor, x);
  const y = load<f64>(cursor);
  cursor += 8;
  return y;
}

@inline function bytes(at: usize, n: usize): void {
  if (writing) memory.copy(cursor, at, n);
  else memory.copy(at, cursor, n);
  cursor += n;
}

/** Bytes of a snapshot with n micro-clusters and k clusters, checksum included. */
export function snapshotBytes(n: usize, k: usize): usize {
  return COUNTS + SCALARS * 8 + <usize> dims * 32 + n * (rowBytes + 36) + k * (<usize> (RECORD << 3) + 2 * rowBytes) +
    (NOVELTY_TABLE << 2) + 8;
}

function walk(n: i32, k: i32): void {
  setMicro(n, number(time), number(unit));
  setStream(
    number(cost),
    number(untilStructure),
    <i32> number(unexplained),
    number(lastCompaction),
    number(compactions),
    number(structureSteps),
    number(wait),
    number(unexplainedRate),
    number(pace),
  );
  setNovelty(number(metAgain));
  setDrift(number(driftCount), number(lastDrift), number(since), number(usualError), number(watched), number(excess));
  setIdentity(number(nextId), number(waiting ? 1 : 0) != 0, number(stability));
  setSequence(number(sequence));
  setChosenBefore(<i32> number(chosenBefore));
  const d = <usize> dims << 3, m = <usize> n;
  bytes(origin, d);
  bytes(factor, d);
  bytes(runningMean, d);
  bytes(runningVariance, d);
  bytes(centers, m * rowBytes);
  bytes(weight, m << 3);
  bytes(scatter, m << 3);
  bytes(last, m << 3);
  bytes(outside, m << 3);
  bytes(slot, m << 2);
  bytes(clusters, <usize> (k * RECORD) << 3);
  bytes(places, <usize> k * rowBytes);
  bytes(clusterMeans, <usize> k * rowBytes);
  bytes(remembered, NOVELTY_TABLE << 2);
  setClusterCount(k);
}

/** FNV-1a, 64 bit (Fowler, Noll, Vo): each step is a bijection, so no single changed byte goes unseen. */
function checksum(n: usize): u64 {
  let h: u64 = 0xcbf29ce484222325;
  for (let p = exchange, end = exchange + n; p < end; p++) h = (h ^ <u64> load<u8>(p)) * 0x100000001b3;
  return h;
}

/** Writes a snapshot to the exchange buffer; answers its bytes. */
export function writeSnapshot(): i32 {
  const total = snapshotBytes(count, clusterCount);
  store<u32>(exchange, SNAPSHOT_MAGIC);
  store<u32>(exchange, SNAPSHOT_VERSION, 4);
  store<u32>(exchange, <u32> total, 8);
  store<i32>(exchange, dims, 12);
  store<i32>(exchange, clustersMax, 16);
  store<i32>(exchange, scaling, 20);
  store<f64>(exchange, baseThreshold, 24);
  store<f64>(exchange, learningRate, 32);
  store<f64>(exchange, outlierThreshold, 40);
  store<i32>(exchange, count, 48);
  store<i32>(exchange, clusterCount, 52);
  cursor = exchange + COUNTS;
  writing = true;
  walk(count, clusterCount);
  store<u64>(cursor, checksum(total - 8));
  return <i32> total;
}

/** Whether the bytes in the exchange buffer are a whole, unharmed snapshot of such a stream. */
export function judgeSnapshot(n: i32): i32 {
  if (n < <i32> COUNTS || load<u32>(exchange) != SNAPSHOT_MAGIC || load<u32>(exchange, 4) != SNAPSHOT_VERSION) {
    return STATUS_FOREIGN;
  }
  if (load<u32>(exchange, 8) != <u32> n || n > exchangeBytes) return STATUS_DAMAGED;
  if (load<u64>(exchange + <usize> n - 8) != checksum(<usize> n - 8)) return STATUS_DAMAGED;
  if (load<i32>(exchange, 12) != dims || load<i32>(exchange, 16) != clustersMax) return STATUS_FOREIGN;
  const m = load<u32>(exchange, 48), k = load<u32>(exchange, 52);
  if (m > <u32> capacity || k > <u32> clustersMax || <usize> n != snapshotBytes(m, k)) return STATUS_DAMAGED;
  return judgeNumbers(m, k);
}

/** Bounds of what a sound state holds: coordinates in the frame, their squares, numbers of points. */
const ROW_MOST: f64 = 4e15, SQUARE_MOST: f64 = 1e36, POINTS_MOST: f64 = 1e16;

/** A snapshot may be forged: its numbers lie within the bounds that the arithmetic was made for, its slots exist. */
function judgeNumbers(m: usize, k: usize): i32 {
  const d = <usize> dims << 3, frame = exchange + COUNTS + SCALARS * 8, rows = frame + 4 * d;
  const weights = rows + m * rowBytes, scatters = weights + m * 8, slots = weights + m * 32;
  const records = slots + m * 4, rowsOfPlaces = records + (k * RECORD << 3);
  const sound = within(exchange + COUNTS, frame, -POINTS_MOST, SQUARE_MOST) && load<f64>(exchange + COUNTS + 8) >= 1 &&
    load<f64>(exchange + COUNTS + 16) >= 0 && within(frame, frame + d, -ROW_MOST, ROW_MOST) &&
    within(frame + d, frame + 2 * d, 1 / POINTS_MOST, POINTS_MOST) && within(frame + 2 * d, frame + 3 * d, -ROW_MOST, ROW_MOST) &&
    within(frame + 3 * d, rows, 0, SQUARE_MOST) && rowsWithin(rows, weights) && within(weights, scatters, WEIGHT_LEAST, POINTS_MOST) &&
    within(scatters, scatters + m * 8, 0, POINTS_MOST * SQUARE_MOST) && within(scatters + m * 8, slots, 0, SQUARE_MOST) &&
    within(records, rowsOfPlaces, 0, SQUARE_MOST) && rowsWithin(rowsOfPlaces, rowsOfPlaces + 2 * k * rowBytes);
  if (!sound) return STATUS_DAMAGED;
  for (let i: usize = 0; i < m * 8; i += 8) {
    if (load<f64>(scatters + i) > SQUARE_MOST * load<f64>(weights + i)) return STATUS_DAMAGED;
  }
  for (let p = slots; p < records; p += 4) if (load<i32>(p) < -1 || load<i32>(p) >= <i32> k) return STATUS_DAMAGED;
  return STATUS_OK;
}

function within(from: usize, to: usize, least: f64, most: f64): bool {
  for (let p = from; p < to; p += 8) if (!(load<f64>(p) >= least && load<f64>(p) <= most)) return false;
  return true;
}

function rowsWithin(from: usize, to: usize): bool {
  for (let p = from; p < to; p += 4) if (!(abs(load<f32>(p)) <= <f32> ROW_MOST)) return false;
  return true;
}

/** Takes over the snapshot in the exchange buffer. */
export function readSnapshot(n: i32): i32 {
  const status = judgeSnapshot(n);
  if (status != STATUS_OK) return status;
  if (
    !setParameters(load<f64>(exchange, 24), load<f64>(exchange, 32), load<f64>(exchange, 40), load<i32>(exchange, 20))
  ) return STATUS_DAMAGED;
  takeOver();
  return STATUS_OK;
}

/** The state becomes that of the snapshot; the search index goes by the clusters' places until the next structure step. */
export function takeOver(): void {
  cursor = exchange + COUNTS;
  writing = false;
  walk(load<i32>(exchange, 48), load<i32>(exchange, 52));
  clearIndex();
  for (let c = 0; c < clusterCount; c++) if (addGroup(places + <usize> c * rowBytes) < 0) break;
  if (clusterCount == 0 && count > 0) addGroup(centers);
  for (let i = 0; i < count; i++) i32Put(groupOf, i, nearestGroup(center(i)));
  refile(count);
}
