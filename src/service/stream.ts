/** A stream of the service: an engine, from its first batch on, and what is measured round it. */
import { type Assignment, type Cluster, Engine, type Options, type Points, type Status } from "../engine/mod.ts";
import type { Clock } from "./clock.ts";
import { type ClusterTime, ClusterTimes } from "./times.ts";
import { SampleWindow } from "./window.ts";

export class Stream {
  /** Requests to process points, and how many of them were refused or failed. */
  requests = 0;
  errors = 0;
  /** When the latest drift was flagged, milliseconds since 1970. */
  lastDrift: number | undefined;
  readonly samples = new SampleWindow();
  #engine: Engine | undefined;
  #times = new ClusterTimes();

  constructor(readonly kernel: WebAssembly.Module, readonly options: Options, readonly clock: Clock) {}

  /** Undefined before the first batch, which fixes them. */
  get dims(): number | undefined {
    return this.#engine?.dims;
  }

  /** Learns a batch. Throws NcsError; then nothing is learned, and no dims are fixed. */
  learn(points: Points, dims: number, layers: boolean): Assignment {
    const began = this.clock.elapsed();
    const engine = this.#engine ?? Engine.create(this.kernel, dims, this.options);
    const assignment = engine.learn(points, { layers });
    this.#engine = engine;
    this.#note(engine, assignment);
    this.samples.add(this.clock.elapsed() - began, assignment.ids.length);
    return assignment;
  }

  /** The clusters of now with their times. */
  clusters(): { cluster: Cluster; time: ClusterTime }[] {
    const now = this.clock.now();
    const clusters = this.#engine?.clusters() ?? [];
    return clusters.map((cluster) => ({ cluster, time: this.#times.of(cluster.id, now) }));
  }

  /** Undefined before the first batch. */
  status(): Status | undefined {
    return this.#engine?.status();
  }

  #note(engine: Engine, { ids }: Assignment): void {
    const now = this.clock.now();
    const events = engine.takeEvents();
    this.#times.note(now, events, ids, () => engine.clusters());
    if (events.some((event) => event.type === "drift")) this.lastDrift = now;
  }
}
