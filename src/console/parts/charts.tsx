/** The measures of a stream over time. */
import type { Watched } from "../flow/watch.ts";
import { large, number, percent } from "../words.ts";
import { Chart } from "./chart.tsx";

export function Charts({ status, history, rate }: Pick<Watched, "status" | "history"> & { rate?: number }) {
  const { time, clusters, throughput, unexplained, threshold } = history;
  const speed = rate ?? throughput.at(-1);
  return (
    <section class="charts" aria-label="Measures over time">
      <Chart title="Clusters" latest={number(status?.active_clusters)} time={time} values={clusters} say={number} />
      <Chart title="Points a second" latest={large(speed)} time={time} values={throughput} say={large} />
      <Chart
        title="Share unexplained"
        latest={percent(status?.unexplained_rate)}
        time={time}
        values={unexplained}
        say={percent}
      />
      <Chart
        title="Dynamic threshold"
        latest={number(status?.current_dynamic_threshold)}
        time={time}
        values={threshold}
        say={large}
      />
    </section>
  );
}
