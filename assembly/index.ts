/**
 * The kernel: one instance is one stream. No imports; init() lays the memory out, nothing grows after. Functions answer a
 * status (see parameters.ts); a trap is a bug.
 */
import * as block from "./memory";
import { layout } from "./memory";
import * as waiting from "./events";
import { clearFrame } from "./frame";
import { mergeSnapshot } from "./merging";
import {
  DIMS_MAX,
  scaling,
  setParameters,
  STATUS_NOT_READY,
  STATUS_OK,
  STATUS_PARAMETER,
  STATUS_RANGE,
  STATUS_VALUE,
} from "./parameters";
import { readSnapshot, writeSnapshot } from "./snapshot";
import { assignPoints, firstFault, learnPoints } from "./stream";
import { writeClusters, writeStatus } from "./views";

let ready: bool = false;

export function init(
  dims: i32,
  maxClusters: i32,
  baseThreshold: f64,
  learningRate: f64,
  outlierThreshold: f64,
  scaling: i32,
): i32 {
  if (ready || dims < 1 || dims > DIMS_MAX || maxClusters < 2 || maxClusters > 256) return STATUS_PARAMETER;
  if (!setParameters(baseThreshold, learningRate, outlierThreshold, scaling)) return STATUS_PARAMETER;
  layout(dims, maxClusters);
  clearFrame();
  ready = true;
  return STATUS_OK;
}

/** Other parameters from the next point on; what lays the memory or the frame out stays. */
export function configure(baseThreshold: f64, learningRate: f64, outlierThreshold: f64): i32 {
  if (!ready) return STATUS_NOT_READY;
  return setParameters(baseThreshold, learningRate, outlierThreshold, scaling) ? STATUS_OK : STATUS_PARAMETER;
}

export function blockPoints(): i32 {
  return block.blockPoints;
}
export function input(): usize {
  return block.input;
}
export function labels(): usize {
  return block.labels;
}
export function scores(): usize {
  return block.scores;
}
export function similarities(): usize {
  return block.similarities;
}
export function layers(): usize {
  return block.layers;
}
export function exchange(): usize {
  return block.exchange;
}
export function exchangeBytes(): i32 {
  return block.exchangeBytes;
}
export function events(): usize {
  return block.events;
}
export function takeEvents(): i32 {
  return waiting.takeEvents();
}

function fault(from: i32, to: i32): i32 {
  if (!ready) return STATUS_NOT_READY;
  return from < 0 || to > block.blockPoints || from > to ? STATUS_RANGE : STATUS_OK;
}

export function check(points: i32, single: bool): i32 {
  return fault(0, points) == STATUS_OK ? firstFault(0, points, single) : -1;
}

export function learn(from: i32, to: i32, single: bool): i32 {
  const status = fault(from, to);
  if (status != STATUS_OK) return -status;
  return firstFault(from, to, single) < 0 ? learnPoints(from, to, single) : -STATUS_VALUE;
}

export function assign(points: i32, single: bool): i32 {
  const status = fault(0, points);
  if (status != STATUS_OK) return -status;
  if (firstFault(0, points, single) >= 0) return -STATUS_VALUE;
  assignPoints(points, single);
  return STATUS_OK;
}

export function clusters(): i32 {
  return ready ? writeClusters() : 0;
}
export function status(): void {
  if (ready) writeStatus();
}
export function snapshot(): i32 {
  return ready ? writeSnapshot() : 0;
}
export function restore(bytes: i32): i32 {
  return ready ? readSnapshot(bytes) : STATUS_NOT_READY;
}
export function merge(bytes: i32): i32 {
  return ready ? mergeSnapshot(bytes) : STATUS_NOT_READY;
}
