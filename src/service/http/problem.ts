/** Problem documents (RFC 9457): the one shape in which the service refuses. */
import type { Fault, NcsError, NcsErrorCode } from "../../engine/mod.ts";

/** Status and title of each code. Codes are stable: clients branch on them. */
const PROBLEMS = {
  invalid_request: [400, "The request is not as it should be"],
  invalid_json: [400, "The body is not JSON"],
  unreadable_body: [400, "The body could not be read"],
  unauthorized: [401, "Who asks is not known"],
  invalid_credentials: [401, "The credentials do not hold"],
  forbidden: [403, "This is not allowed"],
  not_found: [404, "Nothing is served here"],
  stream_not_found: [404, "There is no such stream"],
  api_key_not_found: [404, "There is no such API key"],
  method_not_allowed: [405, "The method is not allowed here"],
  request_timeout: [408, "The request took too long to arrive"],
  stream_exists: [409, "There is such a stream already"],
  no_points_yet: [409, "The stream has learned no points yet"],
  too_many_api_keys: [409, "There are too many API keys"],
  too_many_streams: [409, "There are too many streams"],
  too_many_own_streams: [409, "Who asks has made too many streams"],
  body_too_large: [413, "The body is too large"],
  unsupported_media_type: [415, "The media type is not supported"],
  invalid_body: [422, "The body is not as it should be"],
  invalid_parameter: [422, "A parameter is not as it should be"],
  invalid_points: [422, "The points are not as they should be"],
  empty_batch: [422, "There are no points"],
  too_many_points: [422, "There are too many points"],
  too_many_dims: [422, "The points have too many dimensions"],
  dims_mismatch: [422, "The points have another number of dimensions than the stream"],
  ragged_rows: [422, "The points differ in their number of dimensions"],
  not_a_number: [422, "A coordinate is not a number"],
  not_finite: [422, "A coordinate is not finite"],
  out_of_range: [422, "A coordinate is out of range"],
  invalid_option: [422, "A parameter of the stream is not as it should be"],
  idempotency_key_reused: [422, "The idempotency key was used for another request"],
  snapshot_damaged: [422, "The snapshot is damaged"],
  snapshot_truncated: [422, "The snapshot is not whole"],
  snapshot_foreign: [422, "The snapshot is none that this stream can take"],
  backup_damaged: [422, "The backup is damaged"],
  backup_truncated: [422, "The backup is not whole"],
  backup_foreign: [422, "The backup is none that this server can take"],
  snapshot_range: [422, "The snapshot's stream is too far from this one"],
  misdirected: [421, "Another replica has the stream"],
  upgrade_required: [426, "This is served over a WebSocket alone"],
  rate_limited: [429, "There were too many requests"],
  internal: [500, "The server failed"],
  overloaded: [503, "The server has too much to do"],
  storage_unavailable: [503, "The store cannot keep writes"],
  replica_unavailable: [503, "No replica has the stream at this moment"],
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** Status of a code. */
export function statusOf(code: ProblemCode): number {
  return PROBLEMS[code][0];
}

/** One fault: where, as a JSON pointer into the body or as the name of a parameter, and why. */
export interface ProblemError {
  pointer?: string;
  parameter?: string;
  code?: string;
  detail: string;
}

/** Thrown by handlers; answered as a problem document. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly errors?: ProblemError[],
    readonly headers?: Record<string, string>,
  ) {
    super(detail);
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }
}

/** The document of a problem that arose at `instance`, the path asked for. */
export function problemDocument(problem: Problem, instance: string, requestId: string): Record<string, unknown> {
  const [status, title] = PROBLEMS[problem.code];
  return {
    type: `urn:ncs:problem:${problem.code}`,
    title,
    status,
    detail: problem.detail,
    instance,
    code: problem.code,
    request_id: requestId,
    ...(problem.errors && { errors: problem.errors }),
  };
}

/** The problem of one parameter of the query or of the head. */
export function parameterProblem(parameter: string, detail: string): Problem {
  return new Problem("invalid_parameter", detail, [{ parameter, detail }]);
}

/** The problem of one place in the body. */
export function bodyProblem(code: ProblemCode, pointer: string, detail: string): Problem {
  return new Problem(code, detail, [{ pointer, code, detail }]);
}

/** The problem of a stream that is not there. */
export function streamNotFound(name: string): Problem {
  return new Problem("stream_not_found", `there is no stream ${JSON.stringify(name)}`);
}

/** The problem of points in which the engine found faults. At least one. */
export function pointsProblem(faults: Fault[]): Problem {
  const errors = faults.map(({ code, detail, row, column }) => ({ pointer: pointerOf(row, column), code, detail }));
  return new Problem(problemCodeOf(faults[0].code), faults[0].detail, errors);
}

/** The problem of what the engine refused. */
export function problemOfEngine({ code, message, row, column }: NcsError): Problem {
  if (row !== undefined) return pointsProblem([{ code, detail: message, row, column }]);
  return new Problem(problemCodeOf(code), message);
}

function pointerOf(row?: number, column?: number): string {
  return ["/points", row, column].filter((part) => part !== undefined).join("/");
}

function problemCodeOf(code: NcsErrorCode): ProblemCode {
  return code in PROBLEMS ? code as ProblemCode : "internal";
}
