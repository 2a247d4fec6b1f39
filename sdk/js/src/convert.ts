/** What the engine says, in the words of the server. */
import {
  type Assignment,
  type Cluster,
  NcsError,
  OPTIONS,
  type Options,
  type Status,
} from "../../../src/engine/mod.ts";
import type { StreamEvent as EngineEvent } from "../../../src/engine/mod.ts";
import { type NeuroClusterError, ProcessingError, ValidationError } from "./errors.ts";
import type { Parameters, PointResult, Rows, StreamEvent } from "./types.ts";
import type { AlgorithmStatus, ClusterSummary } from "./views.ts";

/** When a cluster was born and last got a point: milliseconds since 1970. */
export interface ClusterTime {
  created: number;
  updated: number;
}

/** A result a point. */
export function toResults(points: Rows, assignment: Assignment): PointResult[] {
  const { ids, isOutlier, outlierScores, similarities, layers } = assignment;
  return points.map((point, at) => ({
    input_point: [...point],
    cluster_id: ids[at],
    is_outlier: isOutlier[at] === 1,
    outlier_score: outlierScores[at],
    similarity: similarities[at],
    ...(layers && {
      layers: {
        geometric: layers.geometric[at],
        statistical: layers.statistical[at],
        temporal: layers.temporal[at],
      },
    }),
  }));
}

export function toCluster(cluster: Cluster, time: ClusterTime): ClusterSummary {
  const { score, status, ...health_factors } = cluster.health;
  return {
    cluster_id: cluster.id,
    size: cluster.size,
    center: Array.from(cluster.center),
    radius: cluster.radius,
    confidence: score,
    health_status: status,
    health_factors,
    micro_clusters: cluster.microClusters,
    created_at: new Date(time.created).toISOString(),
    last_updated: new Date(time.updated).toISOString(),
  };
}

/** Before the first batch there is no status. */
export function toStatus(status: Status | undefined, { learningRate }: Required<Options>): AlgorithmStatus {
  // A drift counts until half of the memory is of what came after it.
  const since = status ? status.points - status.lastDrift : 0,
    halfLife = Math.LN2 * (status?.capacity ?? 0) / learningRate;
  return {
    is_ready: true,
    dims: status?.dims ?? null,
    total_points_processed: status?.points ?? 0,
    active_clusters: status?.clusters ?? 0,
    micro_clusters: status?.microClusters ?? 0,
    current_dynamic_threshold: status?.absorptionCost ?? null,
    clustering_quality: status?.silhouette ?? null,
    global_stability: status?.stability ?? null,
    unexplained_rate: status?.unexplainedRate ?? null,
    adaptation_rate: status?.adaptationRate ?? null,
    drift_detected: status !== undefined && status.lastDrift > 0 && since < halfLife,
    drift_count: status?.drifts ?? 0,
    memory_usage_mb: { kernel: (status?.stateBytes ?? 0) / 1e6, process: null },
  };
}

export function toEvent({ sequence, type, point, id, other }: EngineEvent, now: number): StreamEvent {
  const time = new Date(now).toISOString();
  return { sequence, type, point, cluster_id: id, other_id: other < 0 ? null : other, time };
}

/** Options of the engine; undefined is not given, as in JSON. Throws ValidationError for a parameter that does not exist. */
export function toOptions(parameters: Parameters): Options {
  const names = Object.fromEntries(Object.entries(OPTIONS).map(([option, spec]) => [spec.parameter, option]));
  return Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => value !== undefined).map(([parameter, value]) => {
      if (names[parameter]) return [names[parameter], value];
      const detail = `unknown parameter ${parameter}; there are ${Object.keys(names).join(", ")}`;
      throw new ValidationError(detail, { code: "invalid_option", errors: [{ parameter, detail }] });
    }),
  );
}

export function toParameters(options: Required<Options>): Required<Parameters> {
  const named = Object.entries(OPTIONS).map(([option, spec]) => [spec.parameter, options[option as keyof Options]]);
  return Object.fromEntries(named);
}

/** Whatever the engine threw, as the error that the client of a server would throw. */
export function toError(thrown: unknown): unknown {
  if (!(thrown instanceof NcsError)) return thrown;
  const { code, row, column } = thrown;
  // Begins with the option, which is called otherwise here.
  const message = thrown.message.replace(/^\w+/, (name) => OPTIONS[name as keyof Options]?.parameter ?? name);
  const kind: typeof NeuroClusterError = code === "internal" ? ProcessingError : ValidationError;
  const pointer = ["/points", row, column].filter((part) => part !== undefined).join("/");
  return new kind(message, {
    code,
    errors: row === undefined ? [] : [{ pointer, code, detail: message }],
    cause: thrown,
  });
}
