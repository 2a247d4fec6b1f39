/** A stream of the service: an engine, from its first batch on, and what is measured round it. */
import {
  type Assignment,
  type Cluster,
  Engine,
  NcsError,
  type Options,
  type Points,
  type Status,
} from "../engine/mod.ts";
import type { Clock } from "./clock.ts";
import { type ClusterTime, ClusterTimes } from "./times.ts";
import { SampleWindow } from "./window.ts";

/** A batch is learned for so long at a time; then other requests have their turn. */
const SLICE_MS = 20;

/** Resolves when everything else that was waiting has had its turn. */
const othersTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

export class Stream {
  /** Requests to process points, and how many of them were refused or failed. */
  requests = 0;
  errors = 0;
  /** When the latest drift was flagged, milliseconds since 1970. */
  lastDrift: number | undefined;
  readonly samples = new SampleWindow();
  #engine: Engine | undefined;
  #times = new ClusterTimes();
  /** Settles when the batches that wait are learned. */
  #learned: Promise<unknown> = Promise.resolve();

  constructor(readonly kernel: WebAssembly.Module, readonly options: Options, readonly clock: Clock) {}

  /** Undefined before the first batch, which fixes them. */
  get dims(): number | undefined {
    return this.#engine?.dims;
  }

  /**
   * Learns a batch. Batches are learned one after the other, in the order of the calls, a large one in slices: what is
   * read meanwhile shows the points learned so far. Throws NcsError; then nothing is learned, and no dims are fixed.
   */
  learn(points: Points, dims: number, layers: boolean): Promise<Assignment> {
    const assignment = this.#learned.then(() => this.#learnNow(points, dims, layers));
    this.#learned = assignment.catch(() => {});
    return assignment;
  }

  async #learnNow(points: Points, dims: number, layers: boolean): Promise<Assignment> {
    const engine = this.#engine ?? Engine.create(this.kernel, dims, this.options);
    if (engine.dims !== dims) {
      throw new NcsError("dims_mismatch", `the points have ${dims} dims, the stream has ${engine.dims}`);
    }
    const blocks = engine.learnInBlocks(points, { layers });
    for (let time_ms = 0;;) {
      const began = this.clock.elapsed();
      let next = blocks.next();
      while (!next.done && this.clock.elapsed() - began < SLICE_MS) next = blocks.next();
      this.#engine = engine;
      time_ms += this.clock.elapsed() - began;
      if (next.done) {
        this.#note(engine, next.value);
        this.samples.add(time_ms, next.value.ids.length);
        return next.value;
      }
      await othersTurn();
    }
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
