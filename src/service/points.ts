/** Points out of a request: JSON or octets, checked for everything that needs no stream. */
import { mediaType, readJson, readOctets } from "./body.ts";
import type { Limits } from "./config.ts";
import { bodyProblem, parameterProblem, Problem } from "./problem.ts";

/** A batch as it came. */
export type Batch =
  | { kind: "json"; points: number[][]; dims: number }
  | { kind: "octets"; points: Float32Array; dims: number };

const MEDIA_TYPES = "application/json, application/octet-stream";

/**
 * Reads a batch of points of `stated` dims; where the request says none, of the stream's, asked for when the body is
 * there: undefined before the first batch. The rows of a JSON batch are not yet checked: the engine checks each number once.
 */
export async function readBatch(
  request: Request,
  limits: Limits,
  stated: number | undefined,
  streamDims: () => number | undefined,
): Promise<Batch> {
  switch (mediaType(request)) {
    case "application/json": {
      const body = await readJson(request, limits.bodyBytesMax);
      return jsonBatch(body, limits, stated ?? streamDims());
    }
    case "application/octet-stream": {
      const octets = await readOctets(request, limits.bodyBytesMax);
      return octetBatch(octets, limits, stated ?? streamDims());
    }
    default:
      throw new Problem("unsupported_media_type", `points come as ${MEDIA_TYPES}`, undefined, {
        "accept-post": MEDIA_TYPES,
      });
  }
}

function jsonBatch(body: unknown, limits: Limits, dims: number | undefined): Batch {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw bodyProblem("invalid_body", "", 'the body must be an object: {"points": [[...], ...]}');
  }
  const points = (body as { points?: unknown }).points;
  if (points === undefined) throw bodyProblem("invalid_body", "/points", 'there is no "points" in the body');
  if (!Array.isArray(points)) throw bodyProblem("invalid_body", "/points", "points must be a list of points");
  checkCount(points.length, limits.jsonPointsMax);
  return { kind: "json", points, dims: dims ?? firstDims(points[0], limits) };
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

function octetBatch(octets: ArrayBuffer, limits: Limits, dims: number | undefined): Batch {
  if (dims === undefined) {
    throw parameterProblem("dims", "dims are needed with a stream's first octets, as a query parameter or a header");
  }
  const rowBytes = 4 * dims;
  if (octets.byteLength % rowBytes !== 0) {
    const detail = `${octets.byteLength} octets are not whole points of ${dims} 32-bit floats`;
    throw bodyProblem("dims_mismatch", "/points", detail);
  }
  checkCount(octets.byteLength / rowBytes, limits.binaryPointsMax);
  return { kind: "octets", points: new Float32Array(octets), dims };
}

function checkCount(points: number, pointsMax: number): void {
  if (points === 0) throw bodyProblem("empty_batch", "/points", "the batch has no points");
  if (points > pointsMax) {
    throw bodyProblem("too_many_points", "/points", `the batch has ${points} points; at most ${pointsMax} a request`);
  }
}

/** Dims of the query or the head, which must agree; undefined where none are said. Throws Problem invalid_parameter. */
export function statedDims(query: URLSearchParams, head: Headers, limits: Limits): number | undefined {
  const stated = [query.get("dims"), head.get("dims")];
  const [dims, other] = stated.filter((text) => text !== null);
  if (dims === undefined) return undefined;
  if (other !== undefined && other !== dims) {
    throw parameterProblem("dims", `dims are ${dims} in the query and ${other} in the head`);
  }
  if (!/^\d{1,9}$/.test(dims) || Number(dims) < 1 || Number(dims) > limits.dimsMax) {
    throw parameterProblem("dims", `dims must be an integer from 1 to ${limits.dimsMax}, not ${JSON.stringify(dims)}`);
  }
  return Number(dims);
}
