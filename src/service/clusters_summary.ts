/** GET /api/v1/clusters_summary: the clusters of now, filtered and paged. */
import type { Cluster } from "../engine/mod.ts";
import { isoTime } from "./clock.ts";
import { parameterProblem } from "./problem.ts";
import { queryOf } from "./query.ts";
import type { Stream } from "./stream.ts";
import type { ClusterTime } from "./times.ts";

const HEALTH_STATUSES = ["healthy", "ageing", "weak"];

/** No id, size or offset is larger: what counts points is exact up to here. */
const COUNT_MAX = Number.MAX_SAFE_INTEGER;

interface Filter {
  minSize: number;
  healthStatus: string | undefined;
  clusterId: number | undefined;
  limit: number;
  offset: number;
}

/** The summary; the totals are of all clusters, the list is of those that the query asks for. Throws Problem. */
export function clustersSummary(request: Request, stream: Stream): Record<string, unknown> {
  const filter = readFilter(queryOf(request, ["min_size", "health_status", "cluster_id", "limit", "offset"]));
  const all = stream.clusters();
  const wanted = all.filter(({ cluster }) => isWanted(cluster, filter));
  const page = wanted.slice(filter.offset, filter.offset + filter.limit);
  const confidence = all.reduce((total, { cluster }) => total + cluster.health.score, 0);
  return {
    num_active_clusters: all.length,
    total_points_processed: stream.status()?.points ?? 0,
    average_cluster_confidence: all.length === 0 ? 0 : confidence / all.length,
    cluster_distribution: Object.fromEntries(all.map(({ cluster }) => [cluster.id, cluster.size])),
    matching_clusters: wanted.length,
    clusters: page.map(describe),
  };
}

function describe({ cluster, time }: { cluster: Cluster; time: ClusterTime }): Record<string, unknown> {
  const { score, status, ...factors } = cluster.health;
  return {
    cluster_id: cluster.id,
    size: cluster.size,
    center: Array.from(cluster.center),
    radius: cluster.radius,
    confidence: score,
    health_status: status,
    health_factors: factors,
    micro_clusters: cluster.microClusters,
    created_at: isoTime(time.created),
    last_updated: isoTime(time.updated),
  };
}

function isWanted(cluster: Cluster, filter: Filter): boolean {
  if (cluster.size < filter.minSize) return false;
  if (filter.healthStatus !== undefined && cluster.health.status !== filter.healthStatus) return false;
  return filter.clusterId === undefined || cluster.id === filter.clusterId;
}

function readFilter(query: URLSearchParams): Filter {
  return {
    minSize: readNumber(query, "min_size", false) ?? 0,
    healthStatus: readHealthStatus(query),
    clusterId: readNumber(query, "cluster_id", true),
    limit: readNumber(query, "limit", true) ?? Infinity,
    offset: readNumber(query, "offset", true) ?? 0,
  };
}

function readNumber(query: URLSearchParams, name: string, integer: boolean): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const pattern = integer ? /^\d+$/ : /^\d+(\.\d+)?(e[+-]?\d+)?$/i;
  if (pattern.test(text) && Number(text) <= COUNT_MAX) return Number(text);
  const kind = integer ? "an integer" : "a number";
  throw parameterProblem(name, `${name} must be ${kind} from 0 to ${COUNT_MAX}, not ${JSON.stringify(text)}`);
}

function readHealthStatus(query: URLSearchParams): string | undefined {
  const text = query.get("health_status");
  if (text === null || HEALTH_STATUSES.includes(text)) return text ?? undefined;
  const words = HEALTH_STATUSES.join(", ");
  throw parameterProblem("health_status", `health_status must be one of ${words}, not ${JSON.stringify(text)}`);
}
