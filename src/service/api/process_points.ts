/** POST process_points: learns a batch and answers a label for each point. */
import type { Assignment } from "../../engine/mod.ts";
import { readOctets } from "../http/body.ts";
import { forStreams, type Route } from "../http/route.ts";
import {
  DimsHead,
  IdempotencyHead,
  IdOctets,
  Ids,
  LearnQuery,
  Lines,
  Octets,
  Points,
  ResultLines,
  Results,
} from "../schema/points.ts";
import { StreamPath } from "../schema/streams.ts";
import type { ApiParts } from "./parts.ts";
import { LINES_TYPE, processLines } from "./lines.ts";
import { batchOfBody, checkWishes, expectType, JSON_TYPE, OCTETS_TYPE, statedDims } from "./points.ts";
import { replyTo } from "./reply.ts";
import { answerOnce, learn } from "./write.ts";

/** Problems that a batch of points may be refused with. */
export const POINTS_PROBLEMS = [
  "invalid_json",
  "unreadable_body",
  "request_timeout",
  "body_too_large",
  "unsupported_media_type",
  "invalid_body",
  "invalid_parameter",
  "invalid_points",
  "empty_batch",
  "too_many_points",
  "too_many_dims",
  "dims_mismatch",
  "ragged_rows",
  "not_a_number",
  "not_finite",
  "out_of_range",
] as const;

/** Problems that any write may be refused with. */
export const WRITE_PROBLEMS = ["idempotency_key_reused", "overloaded", "storage_unavailable"] as const;

export function processPointsRoutes(parts: ApiParts): Route[] {
  return forStreams({
    method: "POST",
    path: "/api/v1/process_points",
    needsState: true,
    access: "write",
    tag: "points",
    summary: "Learn points, and label each as it arrives",
    description: "The first batch of a stream fixes its dims. A batch with one bad point changes nothing. " +
      "Octets are answered by ids as octets; lines of any number, which have no Idempotency-Key, line by line.",
    query: LearnQuery,
    head: DimsHead.extend(IdempotencyHead.shape),
    body: { [JSON_TYPE]: Points, [OCTETS_TYPE]: Octets, [LINES_TYPE]: Lines },
    answers: {
      200: {
        description: "A result a point, or the ids alone (detail=ids; octets)",
        content: { [JSON_TYPE]: Results.or(Ids), [OCTETS_TYPE]: IdOctets, [LINES_TYPE]: ResultLines },
      },
    },
    problems: [...POINTS_PROBLEMS, ...WRITE_PROBLEMS],
    async handle(exchange) {
      const stream = await parts.streams.get(exchange.streamName);
      stream.requests++;
      try {
        const { dims, include, detail } = exchange.query(LearnQuery);
        const stated = statedDims(dims, exchange.request.headers, parts.limits);
        const type = expectType(exchange.request, [JSON_TYPE, OCTETS_TYPE, LINES_TYPE]);
        checkWishes(type, { include, detail });
        if (type === LINES_TYPE) return await processLines(exchange, stream, parts, stated, include !== undefined);
        const octets = await readOctets(exchange.request, parts.limits);
        const { dims: known } = stream.loaded ?? await stream.state();
        const batch = batchOfBody(type, octets, parts.limits, stated ?? known);
        const reply = (assignment: Assignment) => replyTo(batch, assignment, detail !== undefined);
        return await answerOnce(exchange, octets, parts.answers, (keep) => (
          learn(stream, batch, include !== undefined, reply, keep)
        ));
      } catch (error) {
        stream.errors++;
        throw error;
      }
    },
  }, StreamPath);
}
