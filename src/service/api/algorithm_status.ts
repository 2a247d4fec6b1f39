/** GET algorithm_status: measures of the stream and of the process. Nothing here is a constant in disguise. */
import type { z } from "zod";
import type { Options, Status } from "../../engine/mod.ts";
import { VERSION } from "../../version.ts";
import { isoTime } from "../clock.ts";
import { forStreams, type Route } from "../http/route.ts";
import { StreamPath } from "../schema/streams.ts";
import { StatusView } from "../schema/views.ts";
import type { StreamState } from "../streams/state.ts";
import type { Stream } from "../streams/stream.ts";
import type { ApiParts } from "./parts.ts";

const MEGABYTE = 1e6;

export function algorithmStatusRoutes(parts: ApiParts): Route[] {
  return forStreams({
    method: "GET",
    path: "/api/v1/algorithm_status",
    needsState: true,
    access: "read",
    tag: "views",
    summary: "Measures of the stream: threshold, quality, drift, throughput, times, memory",
    answers: { 200: { description: "The measures", content: { "application/json": StatusView } } },
    problems: ["storage_unavailable"],
    async handle(exchange) {
      return exchange.json(await algorithmStatus(await parts.streams.get(exchange.streamName), parts));
    },
  }, StreamPath);
}

/** The measures of a stream. */
export async function algorithmStatus(stream: Stream, parts: ApiParts): Promise<z.infer<typeof StatusView>> {
  const state = await stream.state();
  const status = state.engine?.status();
  return {
    is_ready: true,
    ...measures(state, status),
    ...timings(stream),
    memory_usage_mb: {
      kernel: (status?.stateBytes ?? 0) / MEGABYTE,
      process: parts.processBytes ? parts.processBytes() / MEGABYTE : null,
    },
    uptime_seconds: (parts.clock.elapsed() - parts.began) / 1000,
    version: VERSION,
  };
}

/** What the kernel measures; a stream without points has no threshold and no quality yet. */
function measures(state: StreamState, status: Status | undefined) {
  return {
    dims: state.dims ?? null,
    total_points_processed: status?.points ?? 0,
    active_clusters: status?.clusters ?? 0,
    micro_clusters: status?.microClusters ?? 0,
    current_dynamic_threshold: status?.absorptionCost ?? null,
    clustering_quality: status?.silhouette ?? null,
    global_stability: status?.stability ?? null,
    unexplained_rate: status?.unexplainedRate ?? null,
    adaptation_rate: status?.adaptationRate ?? null,
    drift_detected: status !== undefined && isDrifting(status, state.options),
    drift_count: status?.drifts ?? 0,
    last_drift_detection: state.lastDrift === undefined ? null : isoTime(state.lastDrift),
  };
}

/** Whether the latest drift is so near that the memory has not yet forgotten half of what was before it. */
export function isDrifting(
  { lastDrift, points, capacity }: Pick<Status, "lastDrift" | "points" | "capacity">,
  { learningRate }: Pick<Required<Options>, "learningRate">,
): boolean {
  const halfLife = Math.LN2 * capacity / learningRate;
  return lastDrift > 0 && points - lastDrift < halfLife;
}

/** Durations of learning, of the latest batches alone. */
function timings(stream: Stream) {
  const [p50, p95, p99] = stream.samples.quantiles([0.5, 0.95, 0.99]);
  return {
    throughput_points_per_second: stream.samples.throughput(),
    last_processing_time_ms: stream.samples.last(),
    processing_time_ms: { p50, p95, p99 },
    error_count: stream.errors,
    error_rate: stream.requests === 0 ? 0 : stream.errors / stream.requests,
  };
}
