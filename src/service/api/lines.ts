/** A stream of points of any length, a JSON list a line, answered line by line: in groups, so that memory is bounded. */
import type { Limits } from "../config.ts";
import { readParts, refuseEncoded } from "../http/body.ts";
import type { Exchange } from "../http/exchange.ts";
import { bodyProblem, parameterProblem, Problem, problemDocument, type ProblemError } from "../http/problem.ts";
import { problemOf } from "../http/serve.ts";
import type { Ticket } from "../live/live.ts";
import { Upload } from "../live/upload.ts";
import { dimsOf, learnRows } from "../replicas/learn.ts";
import type { Stream } from "../streams/stream.ts";
import type { ApiParts } from "./parts.ts";
import { type Batch, batchOfRows } from "./points.ts";

export const LINES_TYPE = "application/x-ndjson";

/** Lines learned at once, and characters of one line at most. */
const GROUP_LINES = 1000, LINE_MAX = 65_536;

/**
 * Answers the lines of a body. What is refused ends the answer by a line with the problem; what was answered is learned.
 * Throws Problem unsupported_media_type (encoded), invalid_parameter, overloaded.
 */
export async function processLines(
  exchange: Exchange,
  stream: Stream,
  parts: ApiParts,
  dims: number | undefined,
  layers: boolean,
): Promise<Response> {
  // As readParts does, but by then the answer has begun.
  refuseEncoded(exchange.request.headers);
  // An answer without end cannot be kept, and who sends a key may send the lines again.
  if (exchange.request.headers.has("idempotency-key")) {
    throw parameterProblem("Idempotency-Key", "lines are learned as they come, under no key; send batches under keys");
  }
  const ticket = await parts.live.admit("upload", exchange, stream.name, "write");
  const groups = answerGroups(exchange, ticket, stream, parts, dims, layers);
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async pull(controller) {
      const next = await groups.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await groups.return();
    },
  });
  return exchange.answer(body, LINES_TYPE);
}

async function* answerGroups(
  exchange: Exchange,
  ticket: Ticket,
  stream: Stream,
  parts: ApiParts,
  dims: number | undefined,
  layers: boolean,
): AsyncGenerator<string, void> {
  const upload = new Upload(ticket, parts.live);
  let learned = 0;
  try {
    for await (const lines of groupsOf(exchange.request, upload.signal)) {
      const known = dims ?? await dimsOf(stream, parts);
      const { batch, refusal } = soundBatch(lines, learned, parts.limits, known);
      if (batch) {
        const results = await learnRows(exchange, stream, batch, layers, parts);
        yield results.map((result) => JSON.stringify(result) + "\n").join("");
        learned += batch.rows!.length;
      }
      if (refusal) throw refusal;
    }
  } catch (error) {
    stream.errors++;
    const problem = problemOf(error, exchange, parts.log);
    const document = { ...problemDocument(problem, exchange.path, exchange.requestId), lines_learned: learned };
    yield JSON.stringify(document) + "\n";
  } finally {
    upload.end();
  }
}

/**
 * The lines before the first that is refused, and its problem: where a body is cut into groups is the network's affair, so
 * it must not show. The group begins with line `first` of the body.
 */
function soundBatch(
  lines: string[],
  first: number,
  limits: Limits,
  dims: number | undefined,
): { batch?: Batch; refusal?: unknown } {
  const rows: unknown[] = [];
  let refusal: unknown;
  try {
    lines.forEach((line, index) => rows.push(parseLine(line, first + index)));
  } catch (error) {
    refusal = error;
  }
  while (rows.length > 0) {
    try {
      return { batch: batchOfRows(rows, limits, dims), refusal };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { code, detail, errors = [] } = error;
      rows.length = Number(/^\/points\/(\d+)/.exec(errors[0]?.pointer ?? "")?.[1] ?? 0);
      // Whether a row differs from its group or from the stream is the network's affair as well.
      const sound = code === "ragged_rows" ? "dims_mismatch" : code;
      refusal = new Problem(sound, detail, errors.map((fault) => ({ ...inBody(fault, first), code: sound })));
    }
  }
  return { refusal };
}

/** A fault of a group as one of the body: /points/2/0 of a group that begins with line 1000 is /1002/0. */
function inBody(error: ProblemError, first: number): ProblemError {
  const pointer = error.pointer?.replace(/^\/points\/(\d+)/, (_, row) => `/${first + Number(row)}`);
  return { ...error, pointer };
}

/** The lines of a body, GROUP_LINES at most at a time, fewer where the sender pauses. Blank lines are passed over. */
async function* groupsOf(request: Request, ending: AbortSignal): AsyncGenerator<string[], void> {
  // What is not UTF-8 becomes U+FFFD, which is in no number: its line is refused, and those before it are not.
  const decoder = new TextDecoder();
  let rest = "";
  // Senders may pause for as long as they like.
  for await (const part of readParts(request, Infinity, ending)) {
    const lines = (rest + decoder.decode(part, { stream: true })).split("\n");
    rest = lines.pop()!;
    if (rest.length > LINE_MAX) throw new Problem("body_too_large", `a line has at most ${LINE_MAX} characters`);
    yield* inGroups(lines);
  }
  yield* inGroups([rest + decoder.decode()]);
}

function* inGroups(lines: string[]): Generator<string[]> {
  const filled = lines.filter((line) => line.trim() !== "");
  for (let from = 0; from < filled.length; from += GROUP_LINES) yield filled.slice(from, from + GROUP_LINES);
}

function parseLine(line: string, index: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw bodyProblem("invalid_json", `/${index}`, `line ${index} is not JSON: ${(error as Error).message}`);
  }
}
