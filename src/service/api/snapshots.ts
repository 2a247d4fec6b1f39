/** Snapshots of a stream: taken away, restored, merged in. */
import { readOctets } from "../http/body.ts";
import type { Exchange } from "../http/exchange.ts";
import { Problem, streamNotFound } from "../http/problem.ts";
import type { Route } from "../http/route.ts";
import { IdempotencyHead } from "../schema/points.ts";
import { Snapshot, StreamPath, StreamView } from "../schema/streams.ts";
import type { ApiParts } from "./parts.ts";
import { expectType, OCTETS_TYPE } from "./points.ts";
import { WRITE_PROBLEMS } from "./process_points.ts";
import { describeState } from "./streams.ts";
import { answerOnce, type Reply } from "./write.ts";

const SNAPSHOT_PROBLEMS = [
  "stream_not_found",
  "unreadable_body",
  "request_timeout",
  "body_too_large",
  "unsupported_media_type",
  "snapshot_damaged",
  "snapshot_truncated",
  "snapshot_foreign",
  "snapshot_range",
  "dims_mismatch",
  "invalid_parameter",
] as const;

export function snapshotRoutes(parts: ApiParts): Route[] {
  const path = "/api/v1/streams/{name}/snapshot";
  const common = { access: "admin", tag: "streams", params: StreamPath, isOfStream: true, needsState: true } as const;
  const take = (kind: "restore" | "merge", path: string, summary: string): Route => ({
    ...common,
    method: "POST",
    path,
    audit: `snapshot.${kind}`,
    summary,
    description: "A stream that is not there is not made by this.",
    head: IdempotencyHead,
    body: { [OCTETS_TYPE]: Snapshot },
    answers: { 200: { description: "The stream as it is now", content: { "application/json": StreamView } } },
    problems: [...SNAPSHOT_PROBLEMS, ...WRITE_PROBLEMS],
    handle: (exchange) => takeSnapshot(exchange, kind, parts),
  });
  return [
    {
      ...common,
      method: "GET",
      path,
      summary: "The state of a stream as octets, to go on from elsewhere",
      answers: { 200: { description: "The snapshot", content: { [OCTETS_TYPE]: Snapshot } } },
      problems: ["stream_not_found", "no_points_yet", "storage_unavailable"],
      async handle(exchange) {
        const snapshot = await (await parts.streams.get(exchange.streamName)).snapshot();
        if (!snapshot) throw new Problem("no_points_yet", "a stream without points has no snapshot");
        return exchange.answer(snapshot, OCTETS_TYPE);
      },
    },
    take("restore", path, "Replace the state of a stream, and its parameters, by those of a snapshot"),
    take("merge", "/api/v1/streams/{name}/merge", "Merge the state of another stream in"),
  ];
}

async function takeSnapshot(exchange: Exchange, kind: "restore" | "merge", parts: ApiParts): Promise<Response> {
  const name = exchange.streamName;
  const stream = await parts.streams.get(name);
  expectType(exchange.request, [OCTETS_TYPE]);
  const octets = await readOctets(exchange.request, parts.limits);
  const stored = await parts.streams.parts.store.stream(name);
  if (!stored) throw streamNotFound(name);
  return await answerOnce(exchange, octets, parts.answers, async (keep) => {
    let reply: Reply | undefined;
    await stream.takeSnapshot(kind, new Uint8Array(octets), (state) => {
      reply = { body: JSON.stringify(describeState(stored, state)), type: "application/json" };
      return keep?.(reply);
    });
    return reply!;
  });
}
