/** GET /api/v1/algorithm_status: measures of the stream and of the process. Nothing here is a constant in disguise. */
import { type Options, resolveOptions, type Status } from "../engine/mod.ts";
import { isoTime } from "./clock.ts";
import type { Stream } from "./stream.ts";

const MEGABYTE = 1e6;

/** What the app adds to what the stream knows. */
export interface ProcessFacts {
  uptime_seconds: number;
  version: string;
  /** Resident memory of the process, undefined where the host cannot tell. */
  processBytes: number | undefined;
}

export function algorithmStatus(stream: Stream, facts: ProcessFacts): Record<string, unknown> {
  return { is_ready: true, ...measures(stream), ...timings(stream), ...processMeasures(stream, facts) };
}

/** What the kernel measures; a stream without points has no threshold and no quality yet. */
function measures(stream: Stream): Record<string, unknown> {
  const status = stream.status();
  return {
    dims: status?.dims ?? null,
    total_points_processed: status?.points ?? 0,
    active_clusters: status?.clusters ?? 0,
    micro_clusters: status?.microClusters ?? 0,
    current_dynamic_threshold: status?.absorptionCost ?? null,
    clustering_quality: status?.silhouette ?? null,
    global_stability: status?.stability ?? null,
    unexplained_rate: status?.unexplainedRate ?? null,
    adaptation_rate: status?.adaptationRate ?? null,
    drift_detected: status !== undefined && isDrifting(status, resolveOptions(stream.options)),
    drift_count: status?.drifts ?? 0,
    last_drift_detection: stream.lastDrift === undefined ? null : isoTime(stream.lastDrift),
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
function timings(stream: Stream): Record<string, unknown> {
  const [p50, p95, p99] = stream.samples.quantiles([0.5, 0.95, 0.99]);
  return {
    throughput_points_per_second: stream.samples.throughput(),
    last_processing_time_ms: stream.samples.last(),
    processing_time_ms: { p50, p95, p99 },
    error_count: stream.errors,
    error_rate: stream.requests === 0 ? 0 : stream.errors / stream.requests,
  };
}

function processMeasures(stream: Stream, facts: ProcessFacts): Record<string, unknown> {
  return {
    memory_usage_mb: {
      kernel: (stream.status()?.stateBytes ?? 0) / MEGABYTE,
      process: facts.processBytes === undefined ? null : facts.processBytes / MEGABYTE,
    },
    uptime_seconds: facts.uptime_seconds,
    version: facts.version,
  };
}
