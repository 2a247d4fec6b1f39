/** Messages of a client, read and checked. */
import type { Limits } from "../config.ts";
import { bodyProblem, Problem } from "../http/problem.ts";

/** What a client sends: a text that is JSON, or points as octets. */
export type Message =
  | { type: "points"; id?: MessageId; rows: unknown[]; isOne: boolean }
  | { type: "octets"; id?: undefined; octets: ArrayBuffer }
  | { type: "status_request"; id?: MessageId };

/** Given back with the answer. */
export type MessageId = string | number;

/** A longer id is refused, since it is sent back. */
const ID_LENGTH_MAX = 128;

/** The id of a message that is refused unread is looked for in texts of so many characters at most. */
const ID_SEARCH_LENGTH_MAX = 4096;

const TYPES = ["point", "batch", "status_request"];

/** Octets that a message holds in memory, about. */
export function bytesOf(data: string | ArrayBuffer): number {
  return typeof data === "string" ? 2 * data.length : data.byteLength;
}

/** Throws Problem body_too_large, invalid_json, invalid_body; `note` is told the id as soon as it is known. */
export function readMessage(
  data: string | ArrayBuffer,
  { bodyBytesMax }: Limits,
  note: (id: MessageId | undefined) => void,
): Message {
  if ((typeof data === "string" ? data.length : data.byteLength) > bodyBytesMax) {
    throw new Problem("body_too_large", `a message has at most ${bodyBytesMax} octets; send smaller batches`);
  }
  if (typeof data !== "string") return { type: "octets", octets: data };
  const { type, id, point, points } = parse(data);
  checkId(id);
  note(id);
  if (type === "status_request") return { type, id };
  if (type === "point") return { type: "points", id, rows: [listOf("point", point)], isOne: true };
  if (type === "batch") return { type: "points", id, rows: listOf("points", points), isOne: false };
  throw bodyProblem("invalid_body", "/type", `type must be one of ${TYPES.join(", ")}`);
}

/** The id of a message that is not read further. */
export function idOf(data: string | ArrayBuffer): MessageId | undefined {
  if (typeof data !== "string" || data.length > ID_SEARCH_LENGTH_MAX) return undefined;
  try {
    const { id } = parse(data);
    checkId(id);
    return id;
  } catch {
    return undefined;
  }
}

/** The problem of a batch of one row, told in the words of a message that has a point. */
export function ofOnePoint(problem: Problem): Problem {
  const errors = problem.errors?.map((error) => ({ ...error, pointer: error.pointer?.replace("/points/0", "/point") }));
  return new Problem(problem.code, problem.detail, errors, problem.headers);
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem("invalid_json", `the message is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw bodyProblem("invalid_body", "", 'a message must be an object: {"type": "point", "point": [...]}');
}

function checkId(id: unknown): asserts id is MessageId | undefined {
  if (id === undefined || typeof id === "number") return;
  if (typeof id === "string" && id.length <= ID_LENGTH_MAX) return;
  throw bodyProblem("invalid_body", "/id", `id must be a number or a text of at most ${ID_LENGTH_MAX} characters`);
}

function listOf(name: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw bodyProblem("invalid_body", `/${name}`, `${name} must be a list`);
}
