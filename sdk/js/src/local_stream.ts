/** The verbs of one stream in this page or process: an engine, from its first batch on. */
import { type Assignment, Engine, NcsError, type Options, resolveOptions } from "../../../src/engine/mod.ts";
import {
  type ClusterTime,
  toCluster,
  toError,
  toEvent,
  toOptions,
  toParameters,
  toResults,
  toStatus,
} from "./convert.ts";
import { ValidationError } from "./errors.ts";
import { EventLog } from "./event_log.ts";
import type {
  AlgorithmStatus,
  ClusterFilter,
  ClustersSummary,
  EventOptions,
  LabelPoints,
  OctetOptions,
  Parameters,
  PointOptions,
  Rows,
  StreamEvent,
  StreamInfo,
  StreamVerbs,
} from "./types.ts";

type AnyOptions = Partial<OctetOptions> & PointOptions & { detail?: "ids" };
type Points = Rows | Float32Array;

export class LocalStream implements StreamVerbs {
  readonly #kernel: WebAssembly.Module;
  #options: Options;
  #engine: Engine | undefined;
  #times = new Map<number, ClusterTime>();
  #events = new EventLog();

  /** Throws ValidationError. */
  constructor(kernel: WebAssembly.Module, readonly name: string, parameters: Parameters = {}, dims?: number) {
    this.#kernel = kernel;
    this.#options = attempt(() => resolveOptions(toOptions(parameters)));
    if (dims !== undefined) this.#engine = attempt(() => Engine.create(kernel, dims, this.#options));
  }

  /** Name, dims, parameters. */
  get info(): StreamInfo {
    const parameters = toParameters(this.#engine?.options ?? resolveOptions(this.#options));
    return { name: this.name, dims: this.#engine?.dims ?? null, parameters };
  }

  /** Changes parameters of a stream that has learned nothing yet. Throws ValidationError. */
  configure(parameters: Parameters): void {
    const options = attempt(() => resolveOptions({ ...this.#options, ...toOptions(parameters) }));
    if (this.#engine) {
      throw new ValidationError("the stream has learned already", { code: "stream_in_use", status: 409 });
    }
    this.#options = options;
  }

  processPoints: LabelPoints = (points: Points, options: AnyOptions = {}) =>
    this.#label(points, options, (engine, answer) => {
      const assignment = engine.learn(points, answer);
      // A batch that is refused fixes no dims.
      this.#engine = engine;
      this.#note(assignment.ids);
      return assignment;
    }) as Promise<never>;

  assign: LabelPoints = (points: Points, options: AnyOptions = {}) =>
    this.#label(points, options, (engine, answer) => engine.assign(points, answer)) as Promise<never>;

  async clustersSummary(filter: ClusterFilter = {}): Promise<ClustersSummary> {
    const now = Date.now(),
      all = (this.#engine?.clusters() ?? []).map((cluster) => {
        return toCluster(cluster, this.#times.get(cluster.id) ?? { created: now, updated: now });
      });
    const { min_size = 0, health_status, cluster_id, limit = Infinity, offset = 0 } = filter;
    const wanted = all.filter((cluster) =>
      cluster.size >= min_size && cluster.health_status === (health_status ?? cluster.health_status) &&
      cluster.cluster_id === (cluster_id ?? cluster.cluster_id)
    );
    const confidence = all.reduce((total, cluster) => total + cluster.confidence, 0);
    return await {
      num_active_clusters: all.length,
      total_points_processed: this.#engine?.status().points ?? 0,
      average_cluster_confidence: all.length === 0 ? 0 : confidence / all.length,
      cluster_distribution: Object.fromEntries(all.map(({ cluster_id, size }) => [cluster_id, size])),
      matching_clusters: wanted.length,
      clusters: wanted.slice(offset, offset + limit),
    };
  }

  async algorithmStatus(): Promise<AlgorithmStatus> {
    return await toStatus(this.#engine?.status(), this.#engine?.options ?? resolveOptions(this.#options));
  }

  /** Throws ValidationError before the first batch: there is no state. */
  async snapshot(): Promise<Uint8Array<ArrayBuffer>> {
    return await attempt(() => {
      if (!this.#engine) throw new NcsError("empty_batch", "the stream has learned nothing yet");
      return this.#engine.snapshot();
    });
  }

  async restore(snapshot: Uint8Array): Promise<void> {
    await attempt(() => {
      if (this.#engine) this.#engine.restore(snapshot);
      else this.#engine = Engine.restore(this.#kernel, snapshot);
    });
    this.#times.clear();
  }

  /** A stream that has learned nothing takes dims over, and the parameters that it was not given. */
  async merge(snapshot: Uint8Array): Promise<void> {
    await attempt(() => {
      const engine = this.#engine ?? this.#engineOf(snapshot);
      engine.merge(snapshot);
      this.#engine = engine;
    });
    this.#note(new Int32Array());
  }

  events(options: EventOptions = {}): AsyncIterableIterator<StreamEvent> {
    return this.#events.follow(options);
  }

  async #label(points: Points, options: AnyOptions, act: (engine: Engine, answer: { layers: boolean }) => Assignment) {
    options.signal?.throwIfAborted();
    const assignment = await attempt(() => act(this.#engineFor(points, options.dims), { layers: !!options.include }));
    return points instanceof Float32Array || options.detail ? assignment.ids : toResults(points, assignment);
  }

  /** The engine of the stream, or the one that it would have from these points on. */
  #engineFor(points: Points, stated?: number): Engine {
    const dims = stated ?? this.#engine?.dims ?? (points as Rows)[0]?.length ?? 1;
    const engine = this.#engine ?? Engine.create(this.#kernel, dims, this.#options);
    if (engine.dims === dims) return engine;
    throw new NcsError("dims_mismatch", `the points have ${dims} dims, the stream has ${engine.dims}`);
  }

  /** The engine that this stream would have if it had the other's dims. */
  #engineOf(snapshot: Uint8Array): Engine {
    const { dims, options } = Engine.restore(this.#kernel, snapshot);
    return Engine.create(this.#kernel, dims, { ...options, ...this.#options });
  }

  /** Notes what a batch changed: the kernel knows points, not hours. */
  #note(ids: Int32Array): void {
    const now = Date.now(), events = this.#engine!.takeEvents();
    const seen = new Set([
      ...ids,
      ...events.flatMap(({ type, id }) => type === "born" || type === "split" ? [id] : []),
    ]);
    for (const id of seen) this.#times.set(id, { created: this.#times.get(id)?.created ?? now, updated: now });
    for (const { type, id } of events) if (type === "died" || type === "merged") this.#times.delete(id);
    this.#events.add(events.map(toEvent));
  }
}

function attempt<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw toError(error);
  }
}
