/** One instance of the kernel with the views through which the engine talks to it. */
import { NcsError, type NcsErrorCode } from "./errors.ts";
import { type Kernel, STATUS } from "./kernel.ts";
import type { InputBlock } from "./points.ts";
import type { Options } from "./types.ts";

/** Views of the kernel's memory. It is laid out by init and never grows after, so they stay valid. */
export interface Instance {
  kernel: Kernel;
  blockPoints: number;
  input: InputBlock;
  /** Shape (blockPoints) each, layers (blockPoints x 3). */
  labels: Int32Array;
  scores: Float32Array;
  similarities: Float32Array;
  layers: Float32Array;
  exchange: Uint8Array;
  exchangeF64: Float64Array;
}

/** Instantiates the kernel and lays its memory out. Throws invalid_option where the kernel refuses its parameters. */
export function createInstance(module: WebAssembly.Module, dims: number, options: Required<Options>): Instance {
  const kernel = new WebAssembly.Instance(module, {}).exports as unknown as Kernel;
  const status = kernel.init(
    dims,
    options.maxClusters,
    options.baseThreshold,
    options.learningRate,
    options.outlierThreshold,
    options.scaling === "standard" ? 1 : 0,
  );
  if (status !== STATUS.ok) throw new NcsError("invalid_option", `the kernel refused its parameters (${status})`);
  return { kernel, ...viewsOf(kernel, dims) };
}

function viewsOf(kernel: Kernel, dims: number): Omit<Instance, "kernel"> {
  const { buffer } = kernel.memory;
  const blockPoints = kernel.blockPoints();
  const exchangeBytes = kernel.exchangeBytes();
  return {
    blockPoints,
    input: {
      f32: new Float32Array(buffer, kernel.input(), blockPoints * dims),
      f64: new Float64Array(buffer, kernel.input(), blockPoints * dims),
    },
    labels: new Int32Array(buffer, kernel.labels(), blockPoints),
    scores: new Float32Array(buffer, kernel.scores(), blockPoints),
    similarities: new Float32Array(buffer, kernel.similarities(), blockPoints),
    layers: new Float32Array(buffer, kernel.layers(), blockPoints * 3),
    exchange: new Uint8Array(buffer, kernel.exchange(), exchangeBytes),
    exchangeF64: new Float64Array(buffer, kernel.exchange(), exchangeBytes >>> 3),
  };
}

/** Copies a snapshot to the exchange buffer. Throws snapshot_damaged where it cannot be one of this stream. */
export function giveSnapshot(instance: Instance, snapshot: Uint8Array): void {
  if (snapshot.byteLength > instance.exchange.byteLength) {
    throw new NcsError("snapshot_damaged", `a snapshot of this stream has no ${snapshot.byteLength} octets`);
  }
  instance.exchange.set(snapshot);
}

const SNAPSHOT_ERRORS: Record<number, [NcsErrorCode, string]> = {
  [STATUS.damaged]: ["snapshot_damaged", "the snapshot is damaged: its checksum or its content is wrong"],
  [STATUS.foreign]: ["snapshot_foreign", "the snapshot is of a stream with other parameters"],
  [STATUS.range]: ["snapshot_range", "the snapshot's stream lies too far from this one"],
};

/** Throws for what restore and merge answer, unless it is ok. */
export function checkSnapshotStatus(status: number): void {
  if (status === STATUS.ok) return;
  const [code, message] = SNAPSHOT_ERRORS[status] ?? ["internal", `the kernel answered status ${status}`];
  throw new NcsError(code, message);
}
