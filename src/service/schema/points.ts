/** Points in, labels out. Arrays of numbers are described here and checked by hand: they are too many for a validator. */
import { z } from "zod";
import { count, field, integerText, share, time } from "./field.ts";

const coordinate = field(z.number().min(-1e15).max(1e15), "A coordinate", 1.5);

const rows = z.array(z.array(coordinate).min(1).max(1000)).min(1).max(10_000);

export const Points = z.object({
  points: field(rows, "Points, in the order in which they arrived; rows of one length, the stream's dims", [[1, 2, 3]]),
}).meta({ id: "Points" });

export const Octets = z.string().meta({
  id: "Octets",
  description: "Points as octets: little-endian f32, row-major, n x dims; at most 1,000,000 points",
  format: "binary",
});

export const Lines = z.string().meta({
  id: "PointLines",
  description: "A point a line, as a JSON list of numbers",
  examples: ["[1,2,3]\n[1.1,2.1,3.1]\n"],
});

export const DimsHead = z.object({
  dims: integerText(1, 1000, "Dimensions of the points, the same as in the query", 3),
});

export const LearnQuery = z.object({
  dims: integerText(1, 1000, "Dimensions of the points; needed with the first octets of a stream", 3),
  include: field(z.literal("layers").optional(), "layers: the three layers of each outlier score as well", "layers"),
  detail: field(z.literal("ids").optional(), "ids: the short answer, cluster ids alone", "ids"),
});

/** Printable ASCII, no spaces. */
export const IDEMPOTENCY_KEY = /^[!-~]{1,255}$/;

export const IdempotencyHead = z.object({
  "idempotency-key": field(
    z.string().regex(IDEMPOTENCY_KEY).optional(),
    "A write that comes again under its key within a day is not made again: the stored answer is given",
    "7f0c2a4e-2f1b-4b5c-9a53-1f6f5b8c9d10",
  ),
});

const clusterId = field(
  z.number().int().min(-1),
  "Id of the cluster, never reused; -1: no cluster explains the point",
  0,
);

const Layers = z.object({
  geometric: share("How far the point lies from what is known", 0.1),
  statistical: share("How far its distance lies beyond the cluster's usual ones", 0.05),
  temporal: share("How few recent points fell where it did", 0.2),
}).meta({ id: "Layers" });

export const Result = z.object({
  input_point: field(z.array(coordinate), "The point as it came", [1, 2, 3]),
  cluster_id: clusterId,
  is_outlier: field(z.boolean(), "Whether the score reaches the stream's outlier_threshold", false),
  outlier_score: share("How odd the point is, judged before it was learned", 0.12),
  similarity: share("Similarity to the nearest micro-cluster: 1 at its centre, 0.5 at the cluster's reach", 0.9),
  layers: Layers.optional(),
}).meta({ id: "Result" });

export const Results = z.array(Result).meta({
  id: "Results",
  description: "A result a point, in the order of the points",
});

export const Ids = z.object({
  cluster_ids: field(z.array(clusterId), "Cluster id of each point, in the order of the points", [0, 0, 1]),
}).meta({ id: "ClusterIds" });

export const IdOctets = z.string().meta({
  id: "ClusterIdOctets",
  description: "Cluster id of each point as octets: little-endian i32",
  format: "binary",
});

export const ResultLines = z.string().meta({
  id: "ResultLines",
  description: "A result a line; a problem document ends the answer where a line is refused, and says which",
});

export const Batch = z.object({
  points: Points.shape.points,
  options: field(
    z.strictObject({
      include_outliers: field(z.boolean().optional(), "Whether to list the outliers; default true", true),
      include_cluster_ids: field(z.boolean().optional(), "Whether to list the id of each point; default true", true),
    }).optional(),
    "What to answer",
    { include_outliers: true },
  ),
}).meta({ id: "Batch" });

const BatchCluster = z.object({
  id: clusterId,
  center: field(z.array(z.number()), "Mean of the cluster, in the stream's coordinates", [1.05, 2.05, 3.05]),
  size: field(z.number().min(0), "Decayed number of points in the cluster", 2),
  quality: share("Health of the cluster", 0.8),
  created_at: time("When the cluster was born"),
  last_updated: time("When it got its latest point"),
});

const Outlier = z.object({
  index: count("Index of the point in the batch", 2),
  point: field(z.array(coordinate), "The point as it came", [5, 6, 7]),
  outlier_score: share("How odd the point is", 0.8),
});

export const BatchResult = z.object({
  clusters: z.array(BatchCluster).meta({ description: "The clusters that points of the batch fell to" }),
  outliers: z.array(Outlier).optional().meta({ description: "The points that were flagged" }),
  cluster_ids: Ids.shape.cluster_ids.optional(),
  processing_time_ms: field(z.number().min(0), "Time of the whole request, the journal included, milliseconds", 1.2),
  algorithm_quality: field(z.number().min(-1).max(1), "Silhouette of the stream's clusters found last", 0.8),
  request_id: field(z.string(), "Id of the request, as in the log", "0d3b0a4c-5c0e-4a53-8d2c-3c8f0f4e6a11"),
}).meta({ id: "BatchResult" });
