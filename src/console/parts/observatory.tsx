/** All that is to be seen of a stream, wherever it runs. */
import type { StreamVerbs } from "neurocluster";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Trail } from "../flow/trail.ts";
import { useEvents, useWatch } from "../flow/watch.ts";
import { count, large, number, percent } from "../words.ts";
import { Charts } from "./charts.tsx";
import { ClusterTable } from "./clusters.tsx";
import { ClusterMap } from "./map.tsx";
import { Failure } from "./notice.tsx";
import { Timeline } from "./timeline.tsx";

interface ObservatoryProps {
  verbs: StreamVerbs | undefined;
  every_ms: number;
  trail: Trail;
  isFlowing: boolean;
  /** Points a second, where the page itself sends them. */
  rate?: number;
  /** What to do where there is nothing to see yet. */
  hint: string;
  /** What acts on the stream: near the map, so that one sees what it does. */
  children: ComponentChildren;
}

export function Observatory({ verbs, every_ms, trail, isFlowing, rate, hint, children }: ObservatoryProps) {
  const { status, summary, history, error } = useWatch(verbs, every_ms), followed = useEvents(verbs);
  const [marked, setMarked] = useState<number>();
  const clusters = summary?.clusters;
  return (
    <div class="observatory">
      <Failure error={error}>What you see is the latest that came; trying again.</Failure>
      <p class="visually-hidden" role="status">
        {status ? `${count(status.active_clusters, "cluster")}` : ""}
      </p>
      <div class="views">
        <section class="panel" aria-labelledby="map-title">
          <h2 id="map-title">Map</h2>
          <dl class="facts">
            <Fact name="Points" value={large(status?.total_points_processed)} />
            <Fact name="Micro-clusters" value={number(status?.micro_clusters)} />
            <Fact name="Silhouette" value={number(status?.clustering_quality)} />
            <Fact name="Stability" value={percent(status?.global_stability)} />
            <Fact name="Drifts" value={number(status?.drift_count)} />
          </dl>
          <ClusterMap {...{ clusters, trail, marked, isFlowing, hint }} dims={status?.dims} />
        </section>
        <Charts status={status} history={history} rate={rate} />
      </div>
      {children}
      <div class="views">
        <ClusterTable clusters={clusters ?? []} onMark={setMarked} />
        <Timeline {...followed} />
      </div>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
