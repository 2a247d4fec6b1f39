/** What is said of a stream, of a batch and of the server as a whole. Nothing here runs. */

export type HealthStatus = "healthy" | "ageing" | "weak";

export interface ClusterFilter {
  min_size?: number;
  health_status?: HealthStatus;
  cluster_id?: number;
  limit?: number;
  offset?: number;
}

export interface ClusterSummary {
  cluster_id: number;
  /** Decayed number of points. */
  size: number;
  /** Shape (dims). */
  center: number[];
  /** Root mean squared distance of the cluster's points to its center. */
  radius: number;
  /** In [0, 1]. */
  confidence: number;
  health_status: HealthStatus;
  /** Each in [0, 1]. */
  health_factors: { share: number; compactness: number; recency: number; stability: number; separation: number };
  micro_clusters: number;
  /** ISO 8601. */
  created_at: string;
  last_updated: string;
}

/** The totals are of all clusters, the list is of those asked for. */
export interface ClustersSummary {
  num_active_clusters: number;
  total_points_processed: number;
  average_cluster_confidence: number;
  /** Size of each cluster, by its id. */
  cluster_distribution: Record<string, number>;
  matching_clusters: number;
  clusters: ClusterSummary[];
}

/** Measures of a stream; null where there is nothing to measure yet. */
export interface AlgorithmStatus {
  is_ready: boolean;
  dims: number | null;
  total_points_processed: number;
  active_clusters: number;
  micro_clusters: number;
  current_dynamic_threshold: number | null;
  /** Silhouette, in [-1, 1]. */
  clustering_quality: number | null;
  global_stability: number | null;
  unexplained_rate: number | null;
  adaptation_rate: number | null;
  /** Whether a drift is so young that it counts still. */
  drift_detected: boolean;
  drift_count: number;
  /** Of the stream, and of the server's process. */
  memory_usage_mb: { kernel: number; process: number | null };
  [measure: string]: unknown;
}

export interface Health {
  status: "healthy" | "unhealthy";
  version: string;
  algorithm_ready: boolean;
  components: Record<string, { status: string; latency_ms: number }>;
  [fact: string]: unknown;
}

export interface BatchOptions {
  include_outliers?: boolean;
  include_cluster_ids?: boolean;
}

/** What process_batch says of a batch as a whole. */
export interface BatchResult {
  clusters: {
    id: number;
    center: number[];
    size: number;
    quality: number;
    created_at: string;
    last_updated: string;
  }[];
  outliers?: { index: number; point: number[]; outlier_score: number }[];
  cluster_ids?: number[];
  processing_time_ms: number;
  algorithm_quality: number;
  request_id: string;
}
