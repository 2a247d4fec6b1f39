/** Rows of f64 in the exchange buffer, as clusters and as a status. */
import { CLUSTER_FIELDS, HEALTH_WORDS, STATUS_FIELDS } from "./kernel.ts";
import type { Cluster, Status } from "./types.ts";

/** Clusters as the kernel wrote them. Shape (count x (CLUSTER_FIELDS + dims)). */
export function readClusters(rows: Float64Array, count: number, dims: number): Cluster[] {
  const stride = CLUSTER_FIELDS.length + dims;
  return Array.from({ length: count }, (_, index) => readCluster(rows.subarray(index * stride, (index + 1) * stride)));
}

function readCluster(row: Float64Array): Cluster {
  const field = fieldsOf(CLUSTER_FIELDS, row);
  return {
    id: field.id,
    size: field.size,
    center: row.slice(CLUSTER_FIELDS.length),
    radius: field.radius,
    microClusters: field.microClusters,
    health: {
      score: field.score,
      status: HEALTH_WORDS[field.status],
      share: field.share,
      compactness: field.compactness,
      recency: field.recency,
      stability: field.stability,
      separation: field.separation,
    },
    born: field.born,
    lastPoint: field.lastPoint,
  };
}

/** The status as the kernel wrote it. Shape (STATUS_FIELDS). */
export function readStatus(row: Float64Array, dims: number): Status {
  return { dims, ...fieldsOf(STATUS_FIELDS, row) };
}

function fieldsOf<Name extends string>(names: readonly Name[], row: Float64Array): Record<Name, number> {
  return Object.fromEntries(names.map((name, index) => [name, row[index]])) as Record<Name, number>;
}
