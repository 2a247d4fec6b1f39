/**
 * A stream in memory: what its journal makes of it. The kernel is deterministic, so that snapshot and journal, read again,
 * give the state that was, bit for bit; live writes and replay go through the same methods.
 */
import { type Assignment, Engine, NcsError, type Options, resolveOptions } from "../../engine/mod.ts";
import type { StoredEvent, StoredSnapshot, StoredState } from "../../store/mod.ts";
import { type Change, firstOptions, type FlatPoints, optionsOfChange, pointsOfChange } from "./change.ts";
import { ClusterTimes } from "./times.ts";

/** What the service keeps beside the engine's octets. */
interface Extra {
  options: Options;
  eventSequence: number;
  lastDrift: number | null;
  times: [number, number, number][];
}

export class StreamState {
  /** Sequence of the last entry taken in, and of the last event. */
  sequence = 0;
  eventSequence = 0;
  /** When the latest drift was flagged, milliseconds since 1970. */
  lastDrift: number | undefined;
  times = new ClusterTimes();
  engine: Engine | undefined;
  #dims: number | undefined;
  #options: Options;

  private constructor(readonly kernel: WebAssembly.Module, options: Options, dims: number | null) {
    this.#options = options;
    this.#dims = dims ?? undefined;
  }

  /** Reads a state: the snapshot, then every entry after it. Throws NcsError. */
  static read(kernel: WebAssembly.Module, { stream, snapshot, entries }: StoredState): StreamState {
    const state = new StreamState(kernel, firstOptions(stream.parameters, entries), stream.dims);
    if (snapshot) state.#readSnapshot(snapshot);
    for (const entry of entries) {
      state.sequence = entry.sequence;
      state.replay(entry, entry.time);
    }
    return state;
  }

  /** Undefined until the stream was made with them or the first batch fixed them. */
  get dims(): number | undefined {
    return this.engine?.dims ?? this.#dims;
  }

  /** Octets that the kernel takes. */
  get bytes(): number {
    return this.engine?.memoryBytes ?? 0;
  }

  /** The parameters of the stream, defaults filled in. */
  get options(): Required<Options> {
    return this.engine?.options ?? resolveOptions(this.#options);
  }

  /** Learns points, pausing after each block; the first that are learned fix the dims. Throws NcsError, and nothing is learned. */
  *learn(points: FlatPoints, dims: number, layers: boolean): Generator<void, Assignment> {
    const engine = this.#engineOf(dims);
    const blocks = engine.learnInBlocks(points, { layers });
    for (let next = blocks.next();; next = blocks.next()) {
      this.engine = engine;
      if (next.done) return next.value;
      yield;
    }
  }

  /** Takes a change in. Throws NcsError, and nothing is changed; answers the events. */
  replay(change: Change, now: number): StoredEvent[] {
    switch (change.kind) {
      case "f32":
      case "f64":
        return this.#replayPoints(change, now);
      case "merge":
        return this.#merge(change.body, now);
      case "restore":
        this.#restore(change.body);
        return [];
      case "configure":
        this.#configure(optionsOfChange(change).to);
        return [];
    }
  }

  /** Notes what a batch did: the events since the last call, and when clusters were touched. */
  note(now: number, ids: Int32Array): StoredEvent[] {
    const { engine } = this;
    if (!engine) return [];
    const events = engine.takeEvents();
    this.times.note(now, events, ids, () => engine.clusters());
    return events.map((event) => {
      if (event.type === "drift") this.lastDrift = now;
      return { ...event, sequence: ++this.eventSequence, time: now };
    });
  }

  /** Everything, to go on from. */
  snapshot(): StoredSnapshot {
    const { sequence, eventSequence, lastDrift, times } = this;
    const options = this.engine ? this.engine.options : this.#options;
    const extra: Extra = { options, eventSequence, lastDrift: lastDrift ?? null, times: times.toRows() };
    return { sequence, body: this.engine?.snapshot() ?? new Uint8Array(0), extra: JSON.stringify(extra) };
  }

  #readSnapshot({ sequence, body, extra }: StoredSnapshot): void {
    const { options, eventSequence, lastDrift, times }: Extra = JSON.parse(extra);
    this.sequence = sequence;
    this.eventSequence = eventSequence;
    this.lastDrift = lastDrift ?? undefined;
    this.times = ClusterTimes.fromRows(times);
    this.#options = options;
    if (body.byteLength > 0) this.engine = Engine.restore(this.kernel, body);
  }

  #replayPoints(change: Change, now: number): StoredEvent[] {
    const engine = this.#engineOf(this.dims!);
    const { ids } = engine.learn(pointsOfChange(change));
    this.engine = engine;
    return this.note(now, ids);
  }

  #merge(snapshot: Uint8Array, now: number): StoredEvent[] {
    const { dims, options } = Engine.restore(this.kernel, snapshot);
    const engine = this.engine ?? Engine.create(this.kernel, this.#checkDims(dims), { ...options, ...this.#options });
    engine.merge(snapshot);
    this.engine = engine;
    return this.note(now, new Int32Array(0));
  }

  #restore(snapshot: Uint8Array): void {
    const restored = Engine.restore(this.kernel, snapshot);
    this.#checkDims(restored.dims);
    this.engine = restored;
    this.times = new ClusterTimes();
  }

  #configure(options: Options): void {
    if (this.engine) this.engine.configure(options);
    this.#options = options;
  }

  #engineOf(dims: number): Engine {
    this.#checkDims(dims);
    return this.engine ?? Engine.create(this.kernel, dims, this.#options);
  }

  #checkDims(dims: number): number {
    const own = this.dims;
    if (own === undefined || own === dims) return dims;
    throw new NcsError("dims_mismatch", `this has ${dims} dims, the stream has ${own}`);
  }
}

/** The same with the sequence of events going on after `last`, if it does not yet. */
export function withEventsAfter(last: number, extra: string): string {
  const known: Extra = JSON.parse(extra);
  return known.eventSequence >= last ? extra : JSON.stringify({ ...known, eventSequence: last });
}
