/**
 * The memory of one stream: laid out once by `layout`, never grown after. Arrays are addresses; the accessors below read
 * and write them. A row holds the coordinates of a point or centre as f32, padded with zeros to a multiple of four.
 */
import { EVENT_FIELDS, GROUPS_MAX, NOVELTY_TABLE, SNAPSHOT_FIXED } from "./parameters";

@inline export function f64At(p: usize, i: i32): f64 {
  return load<f64>(p + (<usize> i << 3));
}
@inline export function f64Put(p: usize, i: i32, x: f64): void {
  store<f64>(p + (<usize> i << 3), x);
}
@inline export function f32At(p: usize, i: i32): f32 {
  return load<f32>(p + (<usize> i << 2));
}
@inline export function f32Put(p: usize, i: i32, x: f32): void {
  store<f32>(p + (<usize> i << 2), x);
}
@inline export function i32At(p: usize, i: i32): i32 {
  return load<i32>(p + (<usize> i << 2));
}
@inline export function i32Put(p: usize, i: i32, x: i32): void {
  store<i32>(p + (<usize> i << 2), x);
}

export let dims: i32 = 0;
export let rowBytes: usize = 0;
/** M: most micro-clusters; K: most clusters. */
export let capacity: i32 = 0;
export let clustersMax: i32 = 0;
/** Floats from one row of the matrix to the next: four more than M, so that a column does not fall on few cache sets. */
export let matrixStride: i32 = 0;
export let blockPoints: i32 = 0;
export let stateBytes: i32 = 0;

// What is exchanged with the host; eventsBefore: so many events may wait at most when a point is learned.
export let input: usize = 0, labels: usize = 0, scores: usize = 0, similarities: usize = 0, layers: usize = 0;
export let events: usize = 0, eventsMax: i32 = 0, eventsBefore: i32 = 0, exchange: usize = 0, exchangeBytes: i32 = 0;

// Micro-clusters: centre (row), weight, scatter, time of the last point, slot of the cluster, squared distance outside it.
export let centers: usize = 0,
  weight: usize = 0,
  scatter: usize = 0,
  last: usize = 0,
  slot: usize = 0,
  outside: usize = 0;
/** Clusters: one record of f64 each, in two tables (before and after a structure step), the place each was announced at, its mean. */
export let clusters: usize = 0, clustersBefore: usize = 0, places: usize = 0, placesBefore: usize = 0, clusterMeans: usize = 0;
// The stream's frame: origin, factor, running mean and variance of each coordinate (f64), and the point at hand (row; four, where a row is one register).
export let origin: usize = 0,
  factor: usize = 0,
  runningMean: usize = 0,
  runningVariance: usize = 0,
  point: usize = 0,
  remembered: usize = 0;
// The search index: group of each micro-cluster, members by group, references, radii, distances to them.
export let groupOf: usize = 0,
  members: usize = 0,
  groupStart: usize = 0,
  groupEnd: usize = 0,
  references: usize = 0,
  radii: usize = 0,
  toReference: usize = 0;
// Where a row is one register: members and references once more, a block of four in columns; each one's place.
export let columns: usize = 0, referenceColumns: usize = 0, columnOf: usize = 0;
// There too, of the points looked at ahead, a lane each: the groups within reach, a bit each; reference and reach of each group.
export let within: usize = 0, reaches: usize = 0;

// Scratch of compaction and structure step; N <= M core micro-clusters.
export let matrix: usize = 0,
  means: usize = 0,
  core: usize = 0,
  points: usize = 0,
  variance: usize = 0,
  part: usize = 0,
  group: usize = 0;
export let order: usize = 0, keys: usize = 0, up: usize = 0, mass: usize = 0;
// Ward's dendrogram.
export let nearest: usize = 0,
  nearestCost: usize = 0,
  place: usize = 0,
  mergeInto: usize = 0,
  mergeFrom: usize = 0,
  mergeCost: usize = 0;
// Density: reaches, density, the spanning forest.
export let keyWeights: usize = 0,
  lanes: usize = 0,
  reachOne: usize = 0,
  reachPart: usize = 0,
  density: usize = 0;
export let best: usize = 0, from: usize = 0;
// Silhouette: distances to the means (a column a cluster), each point's own column and distance, widths, sums by cluster.
export let table: usize = 0, own: usize = 0, ownDistance: usize = 0, width: usize = 0, sums: usize = 0, merge: usize = 0, looked: usize = 0;
// Joins: the groups, their pairs (linked: the most similar pieces of two, -1: not known; barred: of pieces, where the graph does not lead), the line between two.
export let groupMass: usize = 0, groupRoot: usize = 0, groupPart: usize = 0, peaks: usize = 0;
export let meanGap: usize = 0, lineRatio: usize = 0, graphSaddle: usize = 0, linked: usize = 0, barred: usize = 0;
export let projected: usize = 0, kernelWidth: usize = 0, kernelHeight: usize = 0, axis: usize = 0;

let top: usize = 0;
function take(bytes: i32): usize {
  const p = top;
  top = (top + <usize> bytes + 15) & ~(<usize> 15);
  return p;
}

/** f64 fields of a cluster's record. */
export const RECORD: i32 = 13;

@inline export function center(i: i32): usize {
  return centers + <usize> i * rowBytes;
}
@inline export function mean(i: i32): usize {
  return means + <usize> i * rowBytes;
}
@inline export function matrixRow(i: i32): usize {
  return matrix + (<usize> (i * matrixStride) << 2);
}

/** Whether a row is one register. */
@inline export function isNarrow(): bool {
  return rowBytes == 16;
}

/** Lays out the memory of a stream of `d` dimensions and at most `k` clusters. */
export function layout(d: i32, k: i32): void {
  dims = d;
  clustersMax = k;
  capacity = max(128, 4 * k);
  rowBytes = (<usize> d * 4 + 15) & ~(<usize> 15);
  matrixStride = capacity + 4;
  blockPoints = max(16, min(128, 65536 / (8 * d)));
  const M = capacity, row = <i32> rowBytes;
  top = (__heap_base + 15) & ~(<usize> 15);
  input = take(blockPoints * d * 8);
  labels = take(blockPoints * 4);
  scores = take(blockPoints * 4);
  similarities = take(blockPoints * 4);
  layers = take(blockPoints * 12 + 4);
  eventsMax = max(112, 4 * k);
  eventsBefore = eventsMax - 3 * k - 1;
  events = take(eventsMax * EVENT_FIELDS * 8);
  centers = take(M * row);
  weight = take(M * 8);
  scatter = take(M * 8);
  last = take(M * 8);
  slot = take(M * 4);
  outside = take(M * 8);
  clusters = take(k * RECORD * 8);
  places = take(k * row);
  clusterMeans = take(k * row);
  origin = take(d * 8);
  factor = take(d * 8);
  runningMean = take(d * 8);
  runningVariance = take(d * 8);
  point = take(isNarrow() ? 64 : row);
  remembered = take(NOVELTY_TABLE * 4);
  groupOf = take(M * 4);
  members = take((M + 4 * GROUPS_MAX) * 4);
  groupStart = take((GROUPS_MAX + 1) * 4);
  groupEnd = take(GROUPS_MAX * 4);
  references = take(GROUPS_MAX * row);
  radii = take(GROUPS_MAX * 4);
  toReference = take(GROUPS_MAX * 4);
  if (isNarrow()) {
    columns = take((M + 4 * GROUPS_MAX) * 16);
    referenceColumns = take(GROUPS_MAX * 16);
    columnOf = take(M * 4);
    within = take(16);
    reaches = take(GROUPS_MAX * 32);
  }
  core = take(M * 4);
  points = take(M * 4);
  variance = take(M * 4);
  part = take(M * 4);
  group = take(M * 4);
  order = take(M * 4);
  keys = take(M * 4);
  up = take(M * 4);
  mass = take(M * 4);
  nearest = take(M * 4);
  nearestCost = take(M * 4);
  place = take(M * 4);
  mergeInto = take(M * 4);
  mergeFrom = take(M * 4);
  mergeCost = take(M * 4);
  keyWeights = take(M * 4);
  lanes = take(16);
  reachOne = take(M * 4);
  reachPart = take(M * 4);
  density = take(M * 4);
  best = take(M * 4);
  from = take(M * 4);
  own = take(M * 4);
  width = take(M * 4);
  sums = take(k * 8);
  axis = take(row);
  groupMass = take(k * 8);
  groupRoot = take(k * 4);
  groupPart = take(k * 4);
  peaks = take(k * 4);
  matrix = take(M * matrixStride * 4);
  means = take(M * row);
  // What is never in use together shares its place: the matrix and the table of the silhouette; the pairs of the joins, then the
  // clusters from before and, outside of a structure step, what is exchanged with the host; the line of the joins and what the
  // density needs.
  const snapshot = SNAPSHOT_FIXED + d * 32 + M * (row + 36) + k * (RECORD * 8 + 2 * row), view = k * (16 + d) * 8;
  exchangeBytes = max(3 * k * k * 4, max(snapshot, view));
  exchange = take(exchangeBytes);
  table = matrix;
  clustersBefore = exchange;
  placesBefore = exchange + <usize> (k * RECORD * 8);
  meanGap = exchange;
  lineRatio = meanGap + <usize> (k * k * 4);
  graphSaddle = lineRatio + <usize> (k * k * 4);
  linked = lineRatio; // below the diagonal, where nothing else is
  barred = graphSaddle;
  projected = keyWeights;
  kernelWidth = width;
  kernelHeight = reachPart;
  ownDistance = keys;
  merge = best;
  looked = from;
  stateBytes = <i32> top;
  const pages = <i32> ((top + 0xffff) >>> 16);
  if (pages > memory.size()) memory.grow(pages - memory.size());
}
