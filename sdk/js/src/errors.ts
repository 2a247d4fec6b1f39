/**
 * What goes wrong, as a tree:
 *
 *   NeuroClusterError          code, status, errors, requestId, retryAfter_ms
 *   ├── AuthenticationError    401, 403: who asks, and what they may
 *   ├── RateLimitError         429: too much for now; retryAfter_ms says how long
 *   ├── ValidationError        other 4xx: the request is at fault, `errors` says where
 *   ├── ProcessingError        5xx, or an answer that is none: the server is at fault
 *   └── ConnectionError        no answer: refused, dropped, too late
 *
 * What the caller's AbortSignal ends throws the signal's reason, as fetch does.
 */

/** One fault of a request: where, as a JSON pointer into the body or as the name of a parameter, and why. */
export interface Fault {
  pointer?: string;
  parameter?: string;
  code?: string;
  detail: string;
}

/** What an error knows besides its message. */
export interface ErrorFacts {
  code: string;
  /** HTTP status. */
  status?: number;
  errors?: Fault[];
  requestId?: string;
  retryAfter_ms?: number;
  cause?: unknown;
}

/** Base of all that the package throws. */
export class NeuroClusterError extends Error {
  override name = "NeuroClusterError";
  /** Stable, for programs. */
  readonly code: string;
  readonly status?: number;
  /** Every fault that was found, of a ValidationError. */
  readonly errors: Fault[];
  /** Finds the request in the server's log. */
  readonly requestId?: string;
  /** How long the server asks to be left alone. */
  readonly retryAfter_ms?: number;

  constructor(message: string, { code, status, errors = [], requestId, retryAfter_ms, cause }: ErrorFacts) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.errors = errors;
    this.requestId = requestId;
    this.retryAfter_ms = retryAfter_ms;
  }
}

export class AuthenticationError extends NeuroClusterError {
  override name = "AuthenticationError";
}

export class RateLimitError extends NeuroClusterError {
  override name = "RateLimitError";
}

export class ValidationError extends NeuroClusterError {
  override name = "ValidationError";
}

export class ProcessingError extends NeuroClusterError {
  override name = "ProcessingError";
}

export class ConnectionError extends NeuroClusterError {
  override name = "ConnectionError";
}

/** The class of an HTTP status. */
export function errorClassOf(status: number): typeof NeuroClusterError {
  if (status === 401 || status === 403) return AuthenticationError;
  if (status === 429) return RateLimitError;
  return status < 500 ? ValidationError : ProcessingError;
}

/** The error of an answer that is not ok, from its problem document (RFC 9457) where it has one. */
export async function errorOf(response: Response): Promise<NeuroClusterError> {
  const { status, headers } = response;
  const text = await response.text();
  const problem = readProblem(text);
  return new (errorClassOf(status))(problem.detail ?? problem.title ?? `the server answered ${status}`, {
    code: problem.code ?? `http_${status}`,
    status,
    errors: problem.errors,
    requestId: problem.request_id ?? headers.get("x-request-id") ?? undefined,
    retryAfter_ms: retryAfter(headers.get("retry-after")),
  });
}

interface Problem {
  title?: string;
  detail?: string;
  code?: string;
  request_id?: string;
  errors?: Fault[];
}

/** Proxies answer in HTML: what is no object says nothing. */
function readProblem(text: string): Problem {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Retry-After as milliseconds: seconds or a date. */
function retryAfter(text: string | null): number | undefined {
  if (!text) return undefined;
  const wait_ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(wait_ms) ? undefined : Math.max(0, wait_ms);
}
