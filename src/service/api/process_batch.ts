/** POST process_batch: learns a batch and answers what became of it as a whole. */
import type { Assignment } from "../../engine/mod.ts";
import { isoTime } from "../clock.ts";
import { parseJson, readOctets } from "../http/body.ts";
import { bodyProblem } from "../http/problem.ts";
import { forStreams, type Route } from "../http/route.ts";
import { Batch, BatchResult, IdempotencyHead } from "../schema/points.ts";
import { StreamPath } from "../schema/streams.ts";
import type { Stream } from "../streams/stream.ts";
import type { ApiParts } from "./parts.ts";
import { batchOfRows, expectType, JSON_TYPE, pointsOf } from "./points.ts";
import { POINTS_PROBLEMS, WRITE_PROBLEMS } from "./process_points.ts";
import { answerOnce, learn, type Reply } from "./write.ts";

interface BatchOptions {
  include_outliers?: boolean;
  include_cluster_ids?: boolean;
}

export function processBatchRoutes(parts: ApiParts): Route[] {
  return forStreams({
    method: "POST",
    path: "/api/v1/process_batch",
    needsState: true,
    access: "write",
    tag: "points",
    summary: "Learn points, and answer the clusters that they fell to",
    head: IdempotencyHead,
    body: { [JSON_TYPE]: Batch },
    answers: { 200: { description: "What became of the batch", content: { [JSON_TYPE]: BatchResult } } },
    problems: [...POINTS_PROBLEMS, ...WRITE_PROBLEMS],
    async handle(exchange) {
      const began = parts.clock.elapsed();
      const stream = await parts.streams.get(exchange.streamName);
      stream.requests++;
      try {
        expectType(exchange.request, [JSON_TYPE]);
        const octets = await readOctets(exchange.request, parts.limits);
        const body = parseJson(octets);
        const rows = pointsOf(body);
        const options = readOptions(body as { options?: unknown });
        const batch = batchOfRows(rows, parts.limits, (await stream.state()).dims);
        return await answerOnce(exchange, octets, parts.answers, async (keep) => {
          const describe = (assignment: Assignment): Reply => {
            const answer = {
              ...describeBatch(stream, batch.rows!, assignment, options),
              processing_time_ms: parts.clock.elapsed() - began,
              request_id: exchange.requestId,
            };
            return { body: JSON.stringify(answer), type: JSON_TYPE };
          };
          return await learn(stream, batch, false, describe, keep);
        });
      } catch (error) {
        stream.errors++;
        throw error;
      }
    },
  }, StreamPath);
}

function readOptions(body: { options?: unknown }): BatchOptions {
  const read = Batch.shape.options.safeParse(body.options);
  if (read.success) return read.data ?? {};
  const [{ path, message }] = read.error.issues;
  throw bodyProblem("invalid_body", ["/options", ...path.map(String)].join("/"), message);
}

function describeBatch(stream: Stream, rows: number[][], assignment: Assignment, options: BatchOptions) {
  // Undefined where a later write just broke the run: then there is nothing to look at until the stream is read again.
  const state = stream.loaded;
  const touched = new Set(assignment.ids);
  const outliers = rows.flatMap((point, index) =>
    assignment.isOutlier[index] === 1 ? [{ index, point, outlier_score: assignment.outlierScores[index] }] : []
  );
  return {
    clusters: (state?.engine?.clusters() ?? []).filter(({ id }) => touched.has(id)).map((cluster) => {
      const time = state!.times.of(cluster.id, stream.parts.clock.now());
      return {
        id: cluster.id,
        center: Array.from(cluster.center),
        size: cluster.size,
        quality: cluster.health.score,
        created_at: isoTime(time.created),
        last_updated: isoTime(time.updated),
      };
    }),
    ...(options.include_outliers !== false && { outliers }),
    ...(options.include_cluster_ids !== false && { cluster_ids: Array.from(assignment.ids) }),
    algorithm_quality: state?.engine?.status().silhouette ?? 0,
  };
}
