/** Streams: points, batches, and what each of the busiest has found, looked at when scraped. */
import type { Assignment, Status } from "../../engine/mod.ts";
import type { StoredEvent } from "../../store/mod.ts";
import type { Stream } from "../streams/stream.ts";
import type { Streams } from "../streams/streams.ts";
import { Busiest, OTHER, type StreamCounts } from "./busiest.ts";
import { Distribution, type Exposition, type Sample } from "./distribution.ts";

/** Points of a batch. */
const SIZES = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

/** Seconds of learning a batch. */
const TIMES = [0.00001, 0.0001, 0.001, 0.01, 0.1, 1, 10];

/** What is looked at of a stream in memory. */
const GAUGES: [name: string, help: string, read: (status: Status) => number][] = [
  ["ncs_stream_clusters", "Clusters of now", (status) => status.clusters],
  ["ncs_stream_micro_clusters", "Micro-clusters of now", (status) => status.microClusters],
  ["ncs_stream_dynamic_threshold", "T: squared distance up to which a point is absorbed", (s) => s.absorptionCost],
  ["ncs_stream_unexplained_ratio", "Running share of points that no cluster explained", (s) => s.unexplainedRate],
  ["ncs_stream_stability_ratio", "Share of the weight that kept its id, running mean", (status) => status.stability],
  ["ncs_stream_silhouette", "Silhouette of the clusters found last, -1 to 1", (status) => status.silhouette],
  ["ncs_stream_state_bytes", "What the kernel laid out for the stream", (status) => status.stateBytes],
];

const COUNTERS: [name: string, help: string, read: (counts: StreamCounts) => number][] = [
  ["ncs_points_learned_total", "Points learned", (counts) => counts.learned],
  ["ncs_points_assigned_total", "Points labelled without learning", (counts) => counts.assigned],
  ["ncs_outliers_total", "Points flagged when they were learned", (counts) => counts.outliers],
];

export class StreamMetrics {
  #busiest = new Busiest();
  #sizes = new Distribution(SIZES);
  #times = new Distribution(TIMES);
  #events = new Map<string, number>();
  #loads = new Distribution(TIMES);
  /** The labels of this scrape, so that all its metrics speak of the same streams. */
  #labels: [string, StreamCounts][] = [];
  #statuses: { labels: { stream: string }; status: Status }[] = [];

  onLearned({ name }: Pick<Stream, "name">, { ids, isOutlier }: Assignment, time_ms: number): void {
    const points = ids.length;
    const counts = this.#busiest.of(name, points);
    counts.learned += points;
    let outliers = 0;
    for (let index = 0; index < points; index++) outliers += isOutlier[index];
    counts.outliers += outliers;
    this.#sizes.add(points);
    this.#times.add(time_ms / 1000);
  }

  onAssigned(name: string, points: number): void {
    this.#busiest.of(name, points).assigned += points;
  }

  onEvents(events: readonly StoredEvent[]): void {
    for (const { type } of events) this.#events.set(type, (this.#events.get(type) ?? 0) + 1);
  }

  onLoaded(time_ms: number): void {
    this.#loads.add(time_ms / 1000);
  }

  /** Looks at the busiest streams; before the metrics are read. */
  look(streams: Streams): void {
    this.#labels = this.#busiest.rank();
    const live = new Map(Array.from(streams.live(), (stream) => [stream.name, stream] as const));
    this.#statuses = this.#labels.flatMap(([stream]) => {
      const status = live.get(stream)?.loaded?.engine?.status();
      return status ? [{ labels: { stream }, status }] : [];
    });
  }

  register(exposition: Exposition, streams: Streams): void {
    for (const [name, help, read] of COUNTERS) {
      const note = `, by stream; ${OTHER}: all but the busiest`;
      exposition.counter(name, help + note, () => (
        this.#labels.map(([stream, counts]) => ({ labels: { stream }, value: read(counts) }))
      ));
    }
    for (const [name, help, read] of GAUGES) exposition.gauge(name, help, () => this.#each(read));
    exposition.counter("ncs_stream_drifts_total", "Drifts flagged", () => this.#each((status) => status.drifts));
    exposition.counter("ncs_stream_events_total", "Changes of structure", () => (
      Array.from(this.#events, ([type, value]) => ({ labels: { type }, value }))
    ));
    exposition.histogram("ncs_batch_size_points", "Points of a batch learned", () => [{ spread: this.#sizes }]);
    exposition.histogram("ncs_learn_duration_seconds", "Time of learning a batch", () => [{ spread: this.#times }]);
    exposition.histogram(
      "ncs_stream_load_duration_seconds",
      "Time of reading a stream",
      () => [{ spread: this.#loads }],
    );
    exposition.gauge("ncs_streams_live", "Streams in memory", () => [{ value: Array.from(streams.live()).length }]);
    exposition.gauge("ncs_streams_known", "Streams that there are", async () => await known(streams));
  }

  #each(read: (status: Status) => number): Sample[] {
    return this.#statuses.map(({ labels, status }) => ({ labels, value: read(status) }));
  }
}

/** Nothing where the store is out of reach: ncs_component_up says so. */
async function known(streams: Streams): Promise<Sample[]> {
  try {
    return [{ value: (await streams.list()).length }];
  } catch {
    return [];
  }
}
