/** What the page and its worker say to each other. */
import {
  AuthenticationError,
  ConnectionError,
  type ErrorFacts,
  NeuroClusterError,
  ProcessingError,
  RateLimitError,
  ValidationError,
} from "./errors.ts";

/** Asks for a verb of a stream, or of what `streams` has; the first asks for `create`. Without a verb: stop following. */
export interface Ask {
  id: number;
  target: "local" | "stream" | "streams";
  name?: string;
  verb?: string;
  args: unknown[];
}

/** Answers it: with a value, with an error, or with an event of many. */
export type Tell = { id: number; value: unknown } | { id: number; event: unknown } | { id: number; error: PackedError };

/** An error as it passes between threads, which drop what makes its class. */
export interface PackedError extends ErrorFacts {
  name: string;
  message: string;
}

const CLASSES = [AuthenticationError, ConnectionError, ProcessingError, RateLimitError, ValidationError];

export function packError(error: unknown): PackedError {
  if (!(error instanceof NeuroClusterError)) {
    return { name: "ProcessingError", message: `${error}`, code: "internal" };
  }
  const { name, message, code, status, errors } = error;
  return { name, message, code, status, errors };
}

export function unpackError({ name, message, ...facts }: PackedError): NeuroClusterError {
  const error = CLASSES.map((kind) => new kind(message, facts)).find((made) => made.name === name);
  return error ?? new NeuroClusterError(message, facts);
}

/** The memory of arrays in an answer or among arguments that a message may take along instead of copying it. */
export function memoryOf(value: unknown): ArrayBuffer[] {
  return ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
}

/** An array as it is, or a part of a larger one by itself: a message takes all the memory that lies under an array. */
export function alone(value: unknown): unknown {
  const isPart = ArrayBuffer.isView(value) && value.byteLength < value.buffer.byteLength;
  return isPart ? (value as Uint8Array | Float32Array).slice() : value;
}
