/** Points out of a request: JSON or octets, flat and checked, so that the engine and the journal take them as they are. */
import { COORDINATE_MAX, findFaults } from "../../engine/mod.ts";
import type { Limits } from "../config.ts";
import { mediaType, parseJson } from "../http/body.ts";
import { bodyProblem, parameterProblem, pointsProblem, Problem } from "../http/problem.ts";
import type { FlatPoints } from "../streams/change.ts";
import { doubles } from "./slab.ts";

/** A batch as it came. */
export interface Batch {
  /** Shape (n, dims), row-major. */
  points: FlatPoints;
  dims: number;
  /** The rows of a JSON batch, to be given back. */
  rows: number[][] | undefined;
}

/** Faults listed at most in one problem document. */
const FAULTS_MAX = 100;

export const JSON_TYPE = "application/json", OCTETS_TYPE = "application/octet-stream";

/** Throws Problem unsupported_media_type unless the request's body is of one of the types. */
export function expectType(request: Request, types: readonly string[]): string {
  const type = mediaType(request);
  if (types.includes(type)) return type;
  throw new Problem("unsupported_media_type", `this takes ${types.join(", ")}`, undefined, {
    "accept-post": types.join(", "),
  });
}

/** The member of a JSON body that holds the points. Throws Problem invalid_body. */
export function pointsOf(body: unknown): unknown[] {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw bodyProblem("invalid_body", "", 'the body must be an object: {"points": [[...], ...]}');
  }
  const points = (body as { points?: unknown }).points;
  if (points === undefined) throw bodyProblem("invalid_body", "/points", 'there is no "points" in the body');
  if (!Array.isArray(points)) throw bodyProblem("invalid_body", "/points", "points must be a list of points");
  return points;
}

/** A batch of rows; dims are the stated ones, else the stream's, else those of the first row. Throws Problem. */
export function batchOfRows(rows: unknown[], limits: Limits, dims: number | undefined): Batch {
  checkCount(rows.length, limits.jsonPointsMax);
  const known = dims ?? firstDims(rows[0], limits);
  const points = flatten(rows, known);
  if (points) return { points, dims: known, rows: rows as number[][] };
  throw pointsProblem(findFaults(rows as number[][], known, FAULTS_MAX));
}

/** A batch of a body as it came. Throws Problem. */
export function batchOfBody(type: string, octets: ArrayBuffer, limits: Limits, dims: number | undefined): Batch {
  if (type === OCTETS_TYPE) return batchOfOctets(octets, limits, dims);
  return batchOfRows(pointsOf(parseJson(octets)), limits, dims);
}

/** Undefined where anything is not as it should be. */
function flatten(rows: unknown[], dims: number): Float64Array<ArrayBuffer> | undefined {
  const points = doubles(rows.length * dims);
  let at = 0;
  for (const row of rows) {
    if (!Array.isArray(row) || row.length !== dims) return undefined;
    for (let column = 0; column < dims; column++) {
      const value = row[column];
      // NaN passes no comparison.
      if (typeof value !== "number" || !(Math.abs(value) <= COORDINATE_MAX)) return undefined;
      points[at++] = value;
    }
  }
  return points;
}

/** Dims of a stream's first point, which fixes them. */
function firstDims(row: unknown, limits: Limits): number {
  if (!Array.isArray(row)) throw bodyProblem("invalid_points", "/points/0", "row 0 is not a list of numbers");
  if (row.length === 0) throw bodyProblem("invalid_points", "/points/0", "row 0 has no coordinates");
  if (row.length > limits.dimsMax) {
    throw bodyProblem("too_many_dims", "/points/0", `row 0 has ${row.length} coordinates; at most ${limits.dimsMax}`);
  }
  return row.length;
}

/** Points as octets, f32 little-endian. Throws Problem. */
export function batchOfOctets(octets: ArrayBuffer, limits: Limits, dims: number | undefined): Batch {
  if (dims === undefined) {
    throw parameterProblem("dims", "dims are needed with a stream's first octets, as a query parameter or a header");
  }
  const rowBytes = 4 * dims;
  if (octets.byteLength % rowBytes !== 0) {
    const detail = `${octets.byteLength} octets are not whole points of ${dims} 32-bit floats`;
    throw bodyProblem("dims_mismatch", "/points", detail);
  }
  checkCount(octets.byteLength / rowBytes, limits.binaryPointsMax);
  return { points: new Float32Array(octets), dims, rows: undefined };
}

function checkCount(points: number, pointsMax: number): void {
  if (points === 0) throw bodyProblem("empty_batch", "/points", "the batch has no points");
  if (points > pointsMax) {
    throw bodyProblem("too_many_points", "/points", `the batch has ${points} points; at most ${pointsMax} a request`);
  }
}

/** Refuses wishes that exclude each other, or that octets cannot fulfil. Throws Problem invalid_parameter. */
export function checkWishes(type: string, { include, detail }: { include?: string; detail?: string }): void {
  if (include && detail) throw parameterProblem("include", "detail=ids has no layers to include");
  if (type === OCTETS_TYPE && (include || detail)) {
    throw parameterProblem(include ? "include" : "detail", "octets are answered by ids alone");
  }
}

/** Dims of the query or the head, which must agree; undefined where none are said. Throws Problem invalid_parameter. */
export function statedDims(query: number | undefined, head: Headers, limits: Limits): number | undefined {
  const text = head.get("dims");
  const dims = text === null ? query : /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (dims === undefined) return undefined;
  if (query !== undefined && dims !== query) {
    throw parameterProblem("dims", `dims are ${query} in the query and ${text} in the head`);
  }
  if (dims >= 1 && dims <= limits.dimsMax) return dims;
  throw parameterProblem("dims", `dims must be an integer from 1 to ${limits.dimsMax}, not ${text ?? dims}`);
}
