/**
 * The state as bytes, and back: header, scalars, frame, micro-clusters, clusters, checksum; little-endian. The table of
 * fields is in docs/ALGORITHM.md.
 */
import { type Row, rowLength } from "./lanes.ts";
import { SIZE } from "./novelty.ts";
import { type Cluster, createState, type Micro, type State } from "./state.ts";

const MAGIC = 0x3153434e, VERSION = 2, CHECKSUM_BYTES = 8;

const words = (text: string): string[] => text.split(/\s+/);

/** The scalars in their order. */
const SCALARS = words(
  `time unit cost untilStructure unexplained lastCompaction compactions structureSteps wait unexplainedRate pace metAgain drifts
  lastDrift since usualError watched excess nextId waiting stability sequence chosen`,
) as (keyof State)[];

/** The fields of a cluster in their order; the places, then the means, follow after all clusters. */
const FIELDS = words(
  "shown own bornAt seen usual deviation2 weight variance typical radius2 stability blue round",
) as (keyof Cluster)[];

/** What is true or false is written as 1 or 0. */
const FLAGS: readonly string[] = ["own", "blue", "round", "waiting"];

/** FNV-1a, 64 bit, in two halves. */
function checksum(bytes: Uint8Array): [low: number, high: number] {
  let low = 0x84222325, high = 0xcbf29ce4;
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    const product = low * 0x1b3; // the prime is 2^40 + 0x1b3
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return [low, high];
}

class Writer {
  #view: DataView;
  #at = 0;

  constructor(readonly bytes: Uint8Array<ArrayBuffer>) {
    this.#view = new DataView(bytes.buffer);
  }

  u32(...values: number[]): void {
    for (const value of values) this.#view.setUint32(this.#at, value, true), this.#at += 4;
  }

  f64(...values: number[]): void {
    for (const value of values) this.#view.setFloat64(this.#at, value, true), this.#at += 8;
  }

  row(row: Row): void {
    for (const value of row) this.#view.setFloat32(this.#at, value, true), this.#at += 4;
  }
}

export function writeSnapshot(s: State): Uint8Array<ArrayBuffer> {
  const { dims, options, micros, clusters } = s, row = 4 * rowLength(dims);
  const total = 56 + 8 * SCALARS.length + 32 * dims + micros.length * (row + 36) +
    clusters.length * (8 * FIELDS.length + 2 * row) + 4 * SIZE + CHECKSUM_BYTES;
  const out = new Writer(new Uint8Array(total));
  out.u32(MAGIC, VERSION, total, dims, options.maxClusters, options.scaling === "standard" ? 1 : 0);
  out.f64(options.baseThreshold, options.learningRate, options.outlierThreshold);
  out.u32(micros.length, clusters.length);
  out.f64(...SCALARS.map((name) => Number(s[name])));
  out.f64(...s.origin, ...s.factor, ...s.runningMean, ...s.runningVariance);
  for (const micro of micros) out.row(micro.center);
  for (const name of ["weight", "scatter", "last", "outside"] as const) {
    for (const micro of micros) out.f64(micro[name]);
  }
  for (const micro of micros) out.u32(micro.cluster ? clusters.indexOf(micro.cluster) : -1);
  for (const cluster of clusters) out.f64(...FIELDS.map((name) => Number(cluster[name])));
  for (const cluster of clusters) out.row(cluster.place);
  for (const cluster of clusters) out.row(cluster.mean);
  out.u32(...s.remembered);
  out.u32(...checksum(out.bytes.subarray(0, total - CHECKSUM_BYTES)));
  return out.bytes;
}

class Reader {
  #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  i32 = (): number => this.#view.getInt32((this.#at += 4) - 4, true);
  f64 = (): number => this.#view.getFloat64((this.#at += 8) - 8, true);
  f32 = (): number => this.#view.getFloat32((this.#at += 4) - 4, true);
}

const times = <T>(n: number, make: () => T): T[] => Array.from({ length: n }, make);

/** The state that a sound snapshot holds. */
export function readSnapshot(bytes: Uint8Array): State {
  const { i32, f64, f32 } = new Reader(bytes), [, , , dims, maxClusters, scaling] = times(6, i32);
  const [baseThreshold, learningRate, outlierThreshold] = times(3, f64), [m, k] = times(2, i32);
  const options = {
    maxClusters,
    baseThreshold,
    learningRate,
    outlierThreshold,
    scaling: scaling ? "standard" : "none",
  } as const;
  const s: State = createState(dims, options), row = () => Float32Array.from(times(rowLength(dims), f32));
  Object.assign(s, readFields(SCALARS, f64));
  for (const name of ["origin", "factor", "runningMean", "runningVariance"] as const) {
    s[name] = Float64Array.from(times(dims, f64));
  }
  const centers = times(m, row),
    [weight, scatter, last, outside] = times(4, () => times(m, f64)),
    slots = times(m, i32);
  s.clusters = times(k, () => readFields(FIELDS, f64) as unknown as Cluster);
  for (const cluster of s.clusters) cluster.place = row();
  for (const cluster of s.clusters) cluster.mean = row();
  s.remembered = Int32Array.from(times(SIZE, i32));
  s.micros = centers.map((center, i): Micro => {
    return {
      center,
      weight: weight[i],
      scatter: scatter[i],
      last: last[i],
      cluster: s.clusters[slots[i]],
      outside: outside[i],
    };
  });
  return s;
}

function readFields(names: readonly string[], f64: () => number): Record<string, number | boolean> {
  return Object.fromEntries(names.map((name) => [name, FLAGS.includes(name) ? f64() !== 0 : f64()]));
}
