/** GET /api/v1/clusters_summary: the clusters of now, filtered and paged. */
import type { z } from "zod";
import type { Cluster } from "../../engine/mod.ts";
import { isoTime } from "../clock.ts";
import { forStreams, type Route } from "../http/route.ts";
import { StreamPath } from "../schema/streams.ts";
import { type ClusterView, Summary, SummaryQuery } from "../schema/views.ts";
import type { StreamState } from "../streams/state.ts";
import type { ClusterTime } from "../streams/times.ts";
import type { ApiParts } from "./parts.ts";

type Filter = z.infer<typeof SummaryQuery>;

export function clustersSummaryRoutes({ streams, clock }: ApiParts): Route[] {
  return forStreams({
    method: "GET",
    path: "/api/v1/clusters_summary",
    needsState: true,
    access: "read",
    tag: "views",
    summary: "The clusters of now, filtered and paged",
    query: SummaryQuery,
    answers: { 200: { description: "The clusters", content: { "application/json": Summary } } },
    problems: ["invalid_parameter", "storage_unavailable"],
    async handle(exchange) {
      const filter = exchange.query(SummaryQuery);
      const stream = await streams.get(exchange.streamName);
      return exchange.json(clustersSummary(await stream.state(), filter, clock.now()));
    },
  }, StreamPath);
}

/** The totals are of all clusters, the list is of those that the filter lets through. */
function clustersSummary(state: StreamState, filter: Filter, now: number): z.infer<typeof Summary> {
  const clusters = state.engine?.clusters() ?? [];
  const all = clusters.map((cluster) => ({ cluster, time: state.times.of(cluster.id, now) }));
  const wanted = all.filter(({ cluster }) => isWanted(cluster, filter));
  const offset = filter.offset ?? 0;
  const page = wanted.slice(offset, offset + (filter.limit ?? Infinity));
  const confidence = all.reduce((total, { cluster }) => total + cluster.health.score, 0);
  return {
    num_active_clusters: all.length,
    total_points_processed: state.engine?.status().points ?? 0,
    average_cluster_confidence: all.length === 0 ? 0 : confidence / all.length,
    cluster_distribution: Object.fromEntries(all.map(({ cluster }) => [cluster.id, cluster.size])),
    matching_clusters: wanted.length,
    clusters: page.map(describe),
  };
}

function describe({ cluster, time }: { cluster: Cluster; time: ClusterTime }): z.infer<typeof ClusterView> {
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
  if (cluster.size < (filter.min_size ?? 0)) return false;
  if (filter.health_status !== undefined && cluster.health.status !== filter.health_status) return false;
  return filter.cluster_id === undefined || cluster.id === filter.cluster_id;
}
