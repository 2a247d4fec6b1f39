/** Writes that learn: once under their Idempotency-Key, answered when the journal has them. */
import type { Assignment } from "../../engine/mod.ts";
import type { Exchange } from "../http/exchange.ts";
import { parameterProblem } from "../http/problem.ts";
import { IDEMPOTENCY_KEY } from "../schema/points.ts";
import { type Answers, fingerprintOf } from "../streams/answers.ts";
import type { Stream } from "../streams/stream.ts";
import type { StoredAnswer } from "../../store/mod.ts";
import type { Batch } from "./points.ts";

/** The body of an answer and its media type. */
export interface Reply {
  body: string | Uint8Array<ArrayBuffer>;
  type: string;
}

/** What is done once: given what makes the answer to be kept with the write, answers the reply. */
export type Act = (keep: ((reply: Reply) => StoredAnswer) | undefined) => Promise<Reply>;

/** Answers a write: makes it, or gives the answer that is stored under its key. */
export async function answerOnce(exchange: Exchange, body: ArrayBuffer, answers: Answers, act: Act): Promise<Response> {
  const key = keyOf(exchange);
  if (key === undefined) {
    const reply = await act(undefined);
    return exchange.answer(reply.body as BodyInit, reply.type);
  }
  const { request, path, url } = exchange;
  const fingerprint = await fingerprintOf(request.method, path, url.search, body);
  const write = { key: `${exchange.principal?.id}\n${key}`, fingerprint };
  const keep = ({ body, type }: Reply): StoredAnswer => {
    const octets = typeof body === "string" ? new TextEncoder().encode(body) : body;
    // The caller answers from these octets as well, so the journal must not share the kernel's memory: it does not.
    return { ...write, type, body: octets, time: answers.clock.now() };
  };
  const { answer, isReplayed } = await answers.once(exchange.streamName, write, async () => keep(await act(keep)));
  return exchange.answer(answer.body, answer.type, 200, isReplayed ? { "idempotency-replayed": "true" } : {});
}

/** Learns a batch; `reply` says what is answered. */
export async function learn(
  stream: Stream,
  batch: Batch,
  layers: boolean,
  reply: (assignment: Assignment) => Reply,
  keep: ((reply: Reply) => StoredAnswer) | undefined,
): Promise<Reply> {
  if (!keep) return reply(await stream.learn(batch.points, batch.dims, { layers }));
  let made: Reply | undefined;
  const answer = (assignment: Assignment) => keep(made = reply(assignment));
  await stream.learn(batch.points, batch.dims, { layers, answer });
  return made!;
}

function keyOf({ request }: Exchange): string | undefined {
  const key = request.headers.get("idempotency-key");
  if (key === null) return undefined;
  if (IDEMPOTENCY_KEY.test(key)) return key;
  throw parameterProblem("Idempotency-Key", "Idempotency-Key must be 1 to 255 printable ASCII characters, no spaces");
}
