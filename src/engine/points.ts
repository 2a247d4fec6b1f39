/** Points on their way into the kernel's input block, and what can be wrong with them. */
import { NcsError, type NcsErrorCode } from "./errors.ts";
import type { Points } from "./types.ts";

/** Coordinates beyond this are refused: their squares would not fit the arithmetic of the scan. */
export const COORDINATE_MAX = 1e15;

/** One thing wrong with a batch. Row and column count from 0. */
export interface Fault {
  code: NcsErrorCode;
  detail: string;
  row?: number;
  column?: number;
}

/** The kernel's input block, seen as single and as double precision: the same octets. */
export interface InputBlock {
  f32: Float32Array;
  f64: Float64Array;
}

/** Number of points in a batch. Throws invalid_points, empty_batch, dims_mismatch (a flat array that ends inside a row). */
export function countPoints(points: Points, dims: number): number {
  const flat = isFlat(points);
  if (!flat && !Array.isArray(points)) {
    throw new NcsError("invalid_points", "points must be a Float32Array, a Float64Array or a list of rows");
  }
  if (points.length === 0) throw new NcsError("empty_batch", "the batch has no points");
  if (!flat) return points.length;
  if (points.length % dims !== 0) {
    throw new NcsError("dims_mismatch", `${points.length} coordinates are not whole rows of ${dims}`, {
      row: Math.floor(points.length / dims),
    });
  }
  return points.length / dims;
}

/**
 * Copies points [from, to) to the head of the block. Answers 1 where they were copied in single precision.
 * Throws for rows of a wrong length and for coordinates that are not numbers; says nothing of their values.
 */
export function copyPoints(points: Points, dims: number, from: number, to: number, block: InputBlock): number {
  if (points instanceof Float32Array) {
    block.f32.set(partOf(points, from * dims, to * dims));
    return 1;
  }
  if (points instanceof Float64Array) block.f64.set(partOf(points, from * dims, to * dims));
  else copyRows(points as readonly ArrayLike<number>[], dims, from, to, block.f64);
  return 0;
}

/** A view costs more than copying a point: the whole is its own. */
function partOf<T extends Float32Array | Float64Array>(whole: T, from: number, to: number): T {
  return from === 0 && to === whole.length ? whole : whole.subarray(from, to) as T;
}

function copyRows(rows: readonly ArrayLike<number>[], dims: number, from: number, to: number, out: Float64Array): void {
  let at = 0;
  for (let row = from; row < to; row++) {
    const coordinates = rows[row];
    if (!isRow(coordinates) || coordinates.length !== dims) throw asError(rowFault(rows, dims, row)!);
    for (let column = 0; column < dims; column++) {
      const value = coordinates[column];
      if (typeof value !== "number") throw asError(valueFault(value, row, column)!);
      out[at++] = value;
    }
  }
}

/** The error for one fault. */
export function asError(fault: Fault): NcsError {
  return new NcsError(fault.code, fault.detail, { row: fault.row, column: fault.column });
}

/** What is wrong with coordinate number `index` of the batch, which the kernel refused. */
export function faultAt(points: Points, dims: number, index: number): Fault {
  const row = Math.floor(index / dims);
  const column = index % dims;
  const value = isFlat(points) ? points[index] : points[row][column];
  return valueFault(value, row, column) ?? { code: "internal", detail: `the kernel refused ${value}`, row, column };
}

/** The first `limit` faults of a list of rows, of which nothing is known yet. */
export function findFaults(rows: readonly unknown[], dims: number, limit: number): Fault[] {
  const faults: Fault[] = [];
  for (let row = 0; row < rows.length && faults.length < limit; row++) {
    const fault = rowFault(rows, dims, row);
    if (fault) faults.push(fault);
    else collectValueFaults(rows[row] as ArrayLike<unknown>, row, limit, faults);
  }
  return faults;
}

function collectValueFaults(coordinates: ArrayLike<unknown>, row: number, limit: number, faults: Fault[]): void {
  for (let column = 0; column < coordinates.length && faults.length < limit; column++) {
    const fault = valueFault(coordinates[column], row, column);
    if (fault) faults.push(fault);
  }
}

function rowFault(rows: readonly unknown[], dims: number, row: number): Fault | undefined {
  const coordinates = rows[row];
  if (!isRow(coordinates)) return { code: "invalid_points", detail: `row ${row} is not a list of numbers`, row };
  if (coordinates.length === dims) return undefined;
  const first = rows[0];
  const ragged = row > 0 && isRow(first) && first.length === dims;
  const has = `row ${row} has ${coordinates.length} coordinates`;
  if (ragged) return { code: "ragged_rows", detail: `${has}, the rows before it ${dims}`, row };
  return { code: "dims_mismatch", detail: `${has}, the stream has ${dims} dims`, row };
}

function valueFault(value: unknown, row: number, column: number): Fault | undefined {
  const place = `row ${row}, column ${column}`;
  if (typeof value !== "number") {
    const kind = value === null || value === undefined ? String(value) : `a ${typeof value}`;
    return { code: "not_a_number", detail: `${place}: ${kind} is not a number`, row, column };
  }
  if (!Number.isFinite(value)) return { code: "not_finite", detail: `${place}: ${value} is not finite`, row, column };
  if (Math.abs(value) <= COORDINATE_MAX) return undefined;
  return { code: "out_of_range", detail: `${place}: ${value} is beyond 1e15`, row, column };
}

function isFlat(points: Points): points is Float32Array | Float64Array {
  return points instanceof Float32Array || points instanceof Float64Array;
}

function isRow(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
