/** POST assign: labels points without learning. */
import { z } from "zod";
import { readOctets } from "../http/body.ts";
import { forStreams, type Route } from "../http/route.ts";
import { DimsHead, IdOctets, Ids, LearnQuery, Octets, Points, Results } from "../schema/points.ts";
import { StreamPath } from "../schema/streams.ts";
import type { ApiParts } from "./parts.ts";
import { batchOfBody, checkWishes, expectType, JSON_TYPE, OCTETS_TYPE, statedDims } from "./points.ts";
import { POINTS_PROBLEMS } from "./process_points.ts";
import { replyTo } from "./reply.ts";

export function assignRoutes(parts: ApiParts): Route[] {
  return forStreams({
    method: "POST",
    path: "/api/v1/assign",
    needsState: true,
    access: "read",
    tag: "points",
    summary: "Label points without learning them",
    query: LearnQuery,
    head: DimsHead,
    body: { [JSON_TYPE]: Points, [OCTETS_TYPE]: Octets },
    answers: {
      200: {
        description: "A result a point, or the ids alone (detail=ids; octets)",
        content: { [JSON_TYPE]: z.union([Results, Ids]), [OCTETS_TYPE]: IdOctets },
      },
    },
    problems: [...POINTS_PROBLEMS, "no_points_yet"],
    async handle(exchange) {
      const stream = await parts.streams.get(exchange.streamName);
      const { dims, include, detail } = exchange.query(LearnQuery);
      const type = expectType(exchange.request, [JSON_TYPE, OCTETS_TYPE]);
      checkWishes(type, { include, detail });
      const octets = await readOctets(exchange.request, parts.limits);
      const stated = statedDims(dims, exchange.request.headers, parts.limits) ?? (await stream.state()).dims;
      const batch = batchOfBody(type, octets, parts.limits, stated);
      const assignment = await stream.assign(batch.points, batch.dims, include !== undefined);
      parts.onAssigned(stream.name, assignment.ids.length);
      const { body, type: answerType } = replyTo(batch, assignment, detail !== undefined);
      return exchange.answer(body as BodyInit, answerType);
    },
  }, StreamPath);
}
