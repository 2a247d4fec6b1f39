/** The one error of the engine: a stable code for programs, a message that says what and where for people. */

/** Stable: a code is never renamed or given another meaning. */
export type NcsErrorCode =
  /** Rows of another length than the stream's dims, or a snapshot of another number of dims. */
  | "dims_mismatch"
  /** Rows of different lengths in one batch. */
  | "ragged_rows"
  /** A coordinate that is no number at all: null, a string, a hole. */
  | "not_a_number"
  /** NaN or an infinity. */
  | "not_finite"
  /** A coordinate beyond 1e15. */
  | "out_of_range"
  /** No points in the batch. */
  | "empty_batch"
  /** Points that are neither a Float32Array, a Float64Array nor a list of rows. */
  | "invalid_points"
  /** An option that does not exist or is outside its range. */
  | "invalid_option"
  /** Snapshot octets that were changed since they were written. */
  | "snapshot_damaged"
  /** Fewer snapshot octets than were written. */
  | "snapshot_truncated"
  /** Octets that are no snapshot, or one of another format version or of other parameters. */
  | "snapshot_foreign"
  /** Two states whose weights are too far apart to be merged. */
  | "snapshot_range"
  /** The engine was disposed of. */
  | "disposed"
  /** The kernel answered what it never should: a bug. */
  | "internal";

/** Where in a batch: both count from 0. */
export interface Place {
  row?: number;
  column?: number;
}

/** Whatever the engine refuses; the stream is then as it was before the call. */
export class NcsError extends Error {
  override readonly name = "NcsError";
  readonly code: NcsErrorCode;
  /** Row of the batch at fault, from 0. */
  readonly row?: number;
  /** Column of that row, from 0. */
  readonly column?: number;

  constructor(code: NcsErrorCode, message: string, place: Place = {}) {
    super(message);
    this.code = code;
    this.row = place.row;
    this.column = place.column;
  }
}
