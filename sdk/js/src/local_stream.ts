/** The verbs of one stream in this page or process: an engine, from its first batch on. */
import { type Assignment, checkDims, Engine, NcsError, type Options, resolveOptions } from "../../../src/engine/mod.ts";
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
import { summarise } from "./summary.ts";
import type {
  EventOptions,
  EventPage,
  EventQuery,
  LabelPoints,
  OctetOptions,
  Parameters,
  PointOptions,
  Rows,
  StreamEvent,
  StreamInfo,
  StreamVerbs,
} from "./types.ts";
import type { AlgorithmStatus, ClusterFilter, ClustersSummary } from "./views.ts";

type AnyOptions = Partial<OctetOptions> & PointOptions & { detail?: "ids" };
type Points = Rows | Float32Array;

export class LocalStream implements StreamVerbs {
  readonly #kernel: WebAssembly.Module;
  readonly #created = new Date().toISOString();
  /** As given: what is left out has its default. */
  #options: Options;
  readonly #dims: number | undefined;
  /** From the first write on. */
  #engine: Engine | undefined;
  #times = new Map<number, ClusterTime>();
  #events = new EventLog();

  /** Throws ValidationError. */
  constructor(kernel: WebAssembly.Module, readonly name: string, parameters: Parameters = {}, dims?: number) {
    this.#kernel = kernel;
    this.#dims = dims;
    this.#options = toOptions(parameters);
    attempt(() => {
      resolveOptions(this.#options);
      if (dims !== undefined) checkDims(dims);
    });
  }

  /** Name, dims, parameters and totals. */
  get info(): StreamInfo {
    const status = this.#engine?.status();
    return {
      name: this.name,
      dims: this.#engine?.dims ?? this.#dims ?? null,
      created_at: this.#created,
      parameters: toParameters(this.#resolved),
      total_points_processed: status?.points ?? 0,
      num_active_clusters: status?.clusters ?? 0,
    };
  }

  get #resolved(): Required<Options> {
    return this.#engine?.options ?? resolveOptions(this.#options);
  }

  /** Sets parameters from the next point on. Throws ValidationError. */
  configure(parameters: Parameters): void {
    attempt(() => {
      const options = { ...this.#options, ...toOptions(parameters) };
      resolveOptions(options);
      this.#engine?.configure(options);
      this.#options = options;
    });
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
    const now = Date.now(), clusters = this.#engine?.clusters() ?? [];
    const all = clusters.map((one) => toCluster(one, this.#times.get(one.id) ?? { created: now, updated: now }));
    return await summarise(all, this.#engine?.status().points ?? 0, filter);
  }

  async algorithmStatus(): Promise<AlgorithmStatus> {
    return await toStatus(this.#engine?.status(), this.#resolved);
  }

  /** Throws ValidationError before the first batch: there is no state. */
  async snapshot(): Promise<Uint8Array<ArrayBuffer>> {
    return await attempt(() => {
      if (this.#engine) return this.#engine.snapshot();
      throw new ValidationError("a stream without points has no snapshot", { code: "no_points_yet", status: 409 });
    });
  }

  async restore(snapshot: Uint8Array): Promise<void> {
    await attempt(() => {
      const restored = Engine.restore(this.#kernel, snapshot);
      this.#checkDims(restored.dims);
      this.#engine = restored;
      // They are the snapshot's now: what was given before is not to come back with the next change.
      this.#options = restored.options;
    });
    this.#times.clear();
  }

  /** A stream that has learned nothing takes dims over, and the parameters that it was not given. */
  async merge(snapshot: Uint8Array): Promise<void> {
    await attempt(() => {
      const { dims, options } = Engine.restore(this.#kernel, snapshot);
      const engine = this.#engineFor(dims, { ...options, ...this.#options });
      engine.merge(snapshot);
      this.#engine = engine;
    });
    this.#note(new Int32Array());
  }

  async listEvents(page: EventQuery = {}): Promise<EventPage> {
    return await this.#events.page(page);
  }

  events(options: EventOptions = {}): AsyncIterableIterator<StreamEvent> {
    return this.#events.follow(options);
  }

  async #label(points: Points, options: AnyOptions, act: (engine: Engine, answer: { layers: boolean }) => Assignment) {
    options.signal?.throwIfAborted();
    const assignment = await attempt(() => {
      const dims = options.dims ?? this.#engine?.dims ?? this.#dims ?? widthOf(points);
      return act(this.#engineFor(dims), { layers: !!options.include });
    });
    return points instanceof Float32Array || options.detail ? assignment.ids : toResults(points, assignment);
  }

  /** The engine of the stream, or the one that it would have from a first write of so many dims on. */
  #engineFor(dims: number, options = this.#options): Engine {
    this.#checkDims(dims);
    return this.#engine ?? Engine.create(this.#kernel, dims, options);
  }

  #checkDims(dims: number): void {
    const own = this.#engine?.dims ?? this.#dims;
    if (own === undefined || own === dims) return;
    throw new NcsError("dims_mismatch", `this has ${dims} dims, the stream has ${own}`);
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
    this.#events.add(events.map((event) => toEvent(event, now)));
  }
}

/** How wide the first row is. Throws ValidationError for a flat array, which does not say. */
function widthOf(points: Points): number {
  if (!ArrayBuffer.isView(points)) return points?.[0]?.length ?? 1;
  throw new ValidationError("dims are needed with a stream's first Float32Array", { code: "invalid_parameter" });
}

function attempt<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw toError(error);
  }
}
