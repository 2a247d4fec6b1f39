/** What can be read of a stream and of the service. */
import { z } from "zod";
import { count, field, integerText, share, time } from "./field.ts";

/** No id, size or offset is larger: what counts points is exact up to here. */
const COUNT_MAX = Number.MAX_SAFE_INTEGER;

const HEALTH_STATUSES = ["healthy", "ageing", "weak"] as const;

const sizeText = z.string().regex(/^\d+(\.\d+)?(e[+-]?\d+)?$/i, `must be a number from 0 to ${COUNT_MAX}`)
  .transform(Number).refine((value) => value <= COUNT_MAX, `must be a number from 0 to ${COUNT_MAX}`).optional();

export const SummaryQuery = z.object({
  min_size: sizeText.meta({
    description: "Clusters of this size or larger",
    examples: [10],
    type: "number",
    minimum: 0,
    maximum: COUNT_MAX,
  }),
  health_status: field(z.enum(HEALTH_STATUSES).optional(), "Clusters of this health", "healthy"),
  cluster_id: integerText(0, COUNT_MAX, "The cluster of this id", 0),
  limit: integerText(0, COUNT_MAX, "Clusters listed at most", 10),
  offset: integerText(0, COUNT_MAX, "Clusters passed over first", 0),
});

const HealthFactors = z.object({
  share: share("Its weight over that of the heaviest cluster", 1),
  compactness: share("1 less the share of its variance that lies inside its micro-clusters", 0.9),
  recency: share("1 where it got a point just now, falling with the points that went elsewhere", 1),
  stability: share("Share of its last structure steps in which it kept its weight", 0.98),
  separation: share("Its own silhouette, mapped from [-1, 1]", 0.9),
});

export const ClusterView = z.object({
  cluster_id: count("Id, never reused", 0),
  size: field(z.number().min(0), "Decayed number of points", 812.4),
  center: field(z.array(z.number()), "Mean, in the stream's coordinates", [1.05, 2.05, 3.05]),
  radius: field(
    z.number().min(0),
    "Root mean squared distance of its points to the center, in the stream's coordinates",
    0.3,
  ),
  confidence: share("Mean of the health factors", 0.95),
  health_status: field(
    z.enum(HEALTH_STATUSES),
    "healthy from a confidence of 0.6; ageing: its last point is long ago",
    "healthy",
  ),
  health_factors: HealthFactors.meta({ description: "What the confidence is the mean of" }),
  micro_clusters: count("Micro-clusters that describe it", 12),
  created_at: time("When it was born"),
  last_updated: time("When it got its latest point"),
}).meta({ id: "Cluster" });

export const Summary = z.object({
  num_active_clusters: count("Clusters of now", 3),
  total_points_processed: count("Points learned since the stream began", 30_000),
  average_cluster_confidence: share("Mean confidence of the clusters, 0 where there are none", 0.9),
  cluster_distribution: field(z.record(z.string(), z.number()), "Decayed number of points by cluster id", {
    "0": 812.4,
  }),
  matching_clusters: count("Clusters that the filters let through", 3),
  clusters: z.array(ClusterView).meta({ description: "Those of them that the page holds" }),
}).meta({ id: "ClustersSummary" });

const milliseconds = (what: string) => field(z.number().min(0), `${what}, milliseconds`, 0.4);

export const StatusView = z.object({
  is_ready: field(z.boolean(), "Whether the stream takes points", true),
  dims: field(z.number().int().nullable(), "Dimensions, null before the first batch", 3),
  total_points_processed: count("Points learned since the stream began", 30_000),
  active_clusters: count("Clusters of now", 3),
  micro_clusters: count("Micro-clusters of now", 120),
  current_dynamic_threshold: field(z.number().nullable(), "T: squared distance up to which a point is absorbed", 0.02),
  clustering_quality: field(z.number().nullable(), "Silhouette of the clusters found last, -1 to 1", 0.8),
  global_stability: field(z.number().nullable(), "Share of the weight that kept its id, running mean, 0 to 1", 0.99),
  unexplained_rate: field(z.number().nullable(), "Running share of points that no cluster explained", 0.01),
  adaptation_rate: field(z.number().nullable(), "Share that a mature micro-cluster takes from its next point", 0.06),
  drift_detected: field(z.boolean(), "Whether a drift was flagged within a half-life of the memory", false),
  drift_count: count("Drifts since the stream began", 0),
  last_drift_detection: field(z.string().nullable(), "When the latest drift was flagged, ISO 8601, null: never", null),
  throughput_points_per_second: field(
    z.number().min(0),
    "Points over the time spent on learning them, latest batches",
    2e6,
  ),
  last_processing_time_ms: milliseconds("Time of the latest batch"),
  processing_time_ms: z.object({
    p50: milliseconds("Median"),
    p95: milliseconds("95th percentile"),
    p99: milliseconds("99th percentile"),
  })
    .meta({ description: "Times of the latest 1,024 batches" }),
  error_count: count("Requests to learn that were refused or failed", 0),
  error_rate: share("Those over all requests to learn", 0),
  memory_usage_mb: z.object({
    kernel: field(z.number().min(0), "State of the stream, megabytes", 0.13),
    process: field(z.number().nullable(), "Resident memory of the process, megabytes; null where it is not known", 90),
  }).meta({ description: "Memory" }),
  uptime_seconds: field(z.number().min(0), "Since the process started, seconds", 3600),
  version: field(z.string(), "Version of the server", "0.1.0"),
}).meta({ id: "AlgorithmStatus" });

const Component = z.object({
  status: field(z.enum(["healthy", "failing"]), "Whether it works", "healthy"),
  latency_ms: milliseconds("How long it took to answer"),
});

export const Health = z.object({
  status: field(
    z.enum(["healthy", "degraded", "unhealthy"]),
    "degraded: redis fails, and each process limits and revokes by itself; unhealthy: writes are refused",
    "healthy",
  ),
  timestamp: time("Now"),
  version: field(z.string(), "Version of the server", "0.1.0"),
  algorithm_ready: field(z.boolean(), "Whether the kernel works", true),
  uptime_seconds: field(z.number().min(0), "Since the process started, seconds", 3600),
  components: field(z.record(z.string(), Component), "algorithm, database and, where one is used, redis", {
    algorithm: { status: "healthy", latency_ms: 0.01 },
  }),
}).meta({ id: "Health" });

export const Alive = z.object({ status: z.literal("alive").meta({ description: "The process answers" }) }).meta({
  id: "Alive",
});

export const ProblemDocument = z.object({
  type: field(z.string(), "Names the kind of problem", "urn:ncs:problem:dims_mismatch"),
  title: field(z.string(), "The kind in words", "The points have another number of dimensions than the stream"),
  status: field(z.number().int(), "HTTP status", 422),
  detail: field(z.string(), "What is wrong here, and where", "row 1 has 2 coordinates, not 3"),
  instance: field(z.string(), "Path that was asked for", "/api/v1/process_points"),
  code: field(z.string(), "Stable code, for programs", "ragged_rows"),
  request_id: field(z.string(), "Id of the request, as in the log", "0d3b0a4c-5c0e-4a53-8d2c-3c8f0f4e6a11"),
  errors: z.array(z.object({
    pointer: field(z.string().optional(), "JSON pointer into the body", "/points/1"),
    parameter: field(z.string().optional(), "Name of the parameter", "dims"),
    code: field(z.string().optional(), "Code of this fault", "ragged_rows"),
    detail: field(z.string(), "Why", "row 1 has 2 coordinates, not 3"),
  })).optional().meta({ description: "Each fault, at most 100" }),
}).meta({ id: "Problem", description: "RFC 9457" });
