/** The head of a snapshot: what it must say before the kernel is given the rest. */
import { NcsError } from "./errors.ts";
import { SNAPSHOT_HEADER as AT } from "./kernel.ts";
import { checkDims, resolveOptions } from "./options.ts";
import type { Options } from "./types.ts";

/** What a snapshot says of its stream. */
export interface SnapshotHeader {
  dims: number;
  options: Required<Options>;
}

/** Octets of the checksum at the end. */
const CHECKSUM_BYTES = 8;

/**
 * Reads the head of a snapshot. The checksum is the kernel's to verify.
 * Throws snapshot_foreign (no snapshot, another format version), snapshot_truncated, snapshot_damaged.
 */
export function readHeader(snapshot: Uint8Array): SnapshotHeader {
  const view = new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength);
  checkFormat(view);
  checkLength(view);
  try {
    return readParameters(view);
  } catch (error) {
    throw new NcsError("snapshot_damaged", `the head of the snapshot is damaged: ${(error as Error).message}`);
  }
}

function checkFormat(view: DataView): void {
  if (view.byteLength >= 4 && view.getUint32(0, true) !== AT.magic) {
    throw new NcsError("snapshot_foreign", "these octets are not a snapshot of a stream");
  }
  if (view.byteLength < AT.bytes + CHECKSUM_BYTES) {
    throw new NcsError("snapshot_truncated", `the snapshot ends in its head, after ${view.byteLength} octets`);
  }
  const version = view.getUint32(4, true);
  if (version !== AT.version) {
    throw new NcsError(
      "snapshot_foreign",
      `the snapshot has format version ${version}, this build reads ${AT.version}`,
    );
  }
}

function checkLength(view: DataView): void {
  const written = view.getUint32(AT.totalBytes, true);
  if (view.byteLength < written) {
    throw new NcsError("snapshot_truncated", `the snapshot has ${view.byteLength} of ${written} octets`);
  }
  if (view.byteLength > written) {
    throw new NcsError("snapshot_damaged", `the snapshot has ${view.byteLength} octets, it says ${written}`);
  }
}

function readParameters(view: DataView): SnapshotHeader {
  const dims = view.getUint32(AT.dims, true);
  checkDims(dims);
  const scaling = view.getUint32(AT.scaling, true);
  const options = resolveOptions({
    maxClusters: view.getUint32(AT.maxClusters, true),
    baseThreshold: view.getFloat64(AT.baseThreshold, true),
    learningRate: view.getFloat64(AT.learningRate, true),
    outlierThreshold: view.getFloat64(AT.outlierThreshold, true),
    scaling: (["none", "standard"] as const)[scaling] ?? (`number ${scaling}` as "none"),
  });
  return { dims, options };
}
