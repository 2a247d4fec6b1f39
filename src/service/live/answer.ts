/** What a message of a socket does, and what it is answered with. */
import type { ApiParts } from "../api/parts.ts";
import { type Batch, batchOfOctets, batchOfRows } from "../api/points.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Problem } from "../http/problem.ts";
import { problemOf, type RateLimiter } from "../http/serve.ts";
import { dimsOf, learnOctets, learnRows, statusOf } from "../replicas/learn.ts";
import type { Stream } from "../streams/stream.ts";
import { type Message, type MessageId, ofOnePoint, readMessage } from "./message.ts";

/** What the messages of a socket share. */
export interface Talk {
  exchange: Exchange;
  stream: string;
  /** As the query says; else the stream's. */
  dims: number | undefined;
  api: ApiParts;
  limiter: RateLimiter;
}

/** An answer as text, and whether the message was malformed. */
export interface Reply {
  text: string;
  isMalformed: boolean;
}

/**
 * Begins what a message asks for. Resolves when it has its turn behind the messages before it, with the answer to come,
 * so that the next one can begin. Neither ever rejects.
 */
export async function begin(
  data: string | ArrayBuffer,
  talk: Talk,
  before: Promise<unknown>,
): Promise<{ reply: Promise<Reply> }> {
  let id: MessageId | undefined, stream: Stream | undefined, message: Message | undefined;
  const refuse = (error: unknown): Reply => {
    if (stream && message?.type !== "status_request") stream.errors++;
    // What cannot be read was a try to learn all the same.
    if (stream && !message) stream.requests++;
    const isOne = message?.type === "points" && message.isOne;
    const problem = problemOf(error, talk.exchange, talk.api.log);
    return refusal(isOne ? ofOnePoint(problem) : problem, id);
  };
  try {
    await talk.limiter.take(talk.exchange);
    stream = await talk.api.streams.get(talk.stream);
    message = readMessage(data, talk.api.limits, (known) => id = known);
    return { reply: (await act(message, stream, talk, before)).reply.then(accept, refuse) };
  } catch (error) {
    return { reply: Promise.resolve(refuse(error)) };
  }
}

/** The answer to a message that was refused. */
export function refusal(problem: Problem, id: MessageId | undefined): Reply {
  const { code, detail, errors, headers, status } = problem;
  const retry = headers?.["retry-after"];
  const retry_after_seconds = retry === undefined ? undefined : Number(retry);
  const text = JSON.stringify({ type: "error", id, code, detail, errors, retry_after_seconds });
  return { text, isMalformed: [400, 413, 415, 422].includes(status) };
}

function accept(answer: unknown): Reply {
  return { text: JSON.stringify(answer), isMalformed: false };
}

async function act(
  message: Message,
  stream: Stream,
  { exchange, api, dims }: Talk,
  before: Promise<unknown>,
): Promise<{ reply: Promise<unknown> }> {
  const { id } = message;
  if (message.type === "status_request") {
    const status = async () => ({ type: "algorithm_status", id, ...await statusOf(exchange, stream, api) });
    return { reply: before.then(status) };
  }
  stream.requests++;
  const batch = batchOf(message, api, dims ?? await dimsOf(stream, api));
  const learn = async () => {
    const answer = message.type === "octets"
      ? { cluster_ids: await learnOctets(exchange, stream, message.octets, batch, api) }
      : { results: await learnRows(exchange, stream, batch, false, api) };
    return { type: "cluster_update", id, ...answer };
  };
  // Questions to another replica may overtake each other, so there each waits for the one before.
  return { reply: api.replicas ? before.then(learn) : learn() };
}

function batchOf(message: Exclude<Message, { type: "status_request" }>, { limits }: ApiParts, dims?: number): Batch {
  return message.type === "octets"
    ? batchOfOctets(message.octets, limits, dims)
    : batchOfRows(message.rows, limits, dims);
}
