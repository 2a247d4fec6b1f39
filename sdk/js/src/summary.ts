/** The summary of clusters, filtered and paged as the server does it. */
import { ValidationError } from "./errors.ts";
import type { ClusterFilter, ClustersSummary, ClusterSummary } from "./views.ts";

/** A count that a page is asked for by: slices take a negative one for a place from the end. Throws ValidationError. */
export function checkCount(parameter: "limit" | "offset", value: number, least = 0): number {
  if (value === Infinity || (Number.isInteger(value) && value >= least)) return value;
  const detail = `${parameter}: must be an integer from ${least} on; it is ${value}`;
  throw new ValidationError(detail, { code: "invalid_parameter", errors: [{ parameter, detail }] });
}

/** The totals are of all clusters, the list is of those that the filter lets through. Throws ValidationError. */
export function summarise(all: ClusterSummary[], points: number, filter: ClusterFilter): ClustersSummary {
  const limit = checkCount("limit", filter.limit ?? Infinity), offset = checkCount("offset", filter.offset ?? 0);
  const wanted = all.filter((cluster) => isWanted(cluster, filter));
  const confidence = all.reduce((total, cluster) => total + cluster.confidence, 0);
  return {
    num_active_clusters: all.length,
    total_points_processed: points,
    average_cluster_confidence: all.length === 0 ? 0 : confidence / all.length,
    cluster_distribution: Object.fromEntries(all.map(({ cluster_id, size }) => [cluster_id, size])),
    matching_clusters: wanted.length,
    clusters: wanted.slice(offset, offset + limit),
  };
}

function isWanted(cluster: ClusterSummary, { min_size = 0, health_status, cluster_id }: ClusterFilter): boolean {
  if (cluster.size < min_size) return false;
  if (health_status !== undefined && cluster.health_status !== health_status) return false;
  return cluster_id === undefined || cluster.cluster_id === cluster_id;
}
