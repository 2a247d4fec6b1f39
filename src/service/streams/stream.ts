/**
 * A named stream of the service. Writes take turns; each is learned, then journalled with its answer, then acknowledged. A
 * write that the journal does not keep breaks the run: what is in memory is thrown away and read again from the store.
 */
import { type Assignment, NcsError, type Options } from "../../engine/mod.ts";
import { ConflictError, type Entry, type Store, type StoredAnswer, type StoredEvent } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";
import { Problem, streamNotFound } from "../http/problem.ts";
import type { Journal, Run } from "./journal.ts";
import { type Change, changeOfOptions, changeOfPoints, type FlatPoints, type LearnOptions } from "./change.ts";
import type { Room } from "./room.ts";
import { SinceSnapshot } from "./since.ts";
import { learnInSlices } from "./slices.ts";
import { StreamState } from "./state.ts";
import { fromStore } from "./storage.ts";
import { Turns } from "./turns.ts";
import { SampleWindow } from "./window.ts";

/** What streams share. */
export interface StreamParts {
  kernel: WebAssembly.Module;
  store: Store;
  journal: Journal;
  clock: Clock;
  /** Where there is room in memory; a stream is loaded through it. */
  room: Room;
  /** Entries of the journal that a snapshot holds are kept until they are so old; 0: not at all. */
  journal_ms?: number;
  /** The claim under which a stream is written, where several servers share the store. */
  epochOf?(stream: string): number | undefined;
  /** Told of every batch learned, and of what changed with it. */
  onLearned(stream: Stream, assignment: Assignment, time_ms: number): void;
  onEvents(stream: Stream, events: StoredEvent[]): void;
  onLoaded(stream: Stream, time_ms: number): void;
  /** Told where a snapshot in the background fails; the journal goes on. */
  onError(message: string, error: unknown): void;
}

export class Stream {
  /** Requests to process points, and how many of them were refused or failed. */
  requests = 0;
  errors = 0;
  readonly samples = new SampleWindow();
  /** When it was last asked for anything, by the clock's elapsed(). */
  usedAt: number;
  /** Whether it is gone from the store: one of its name that is made later is another. */
  isDeleted = false;
  #state: StreamState | undefined;
  #run: Run = {};
  #turns = new Turns();
  /** Settles when the latest write is kept, or not. */
  #kept: Promise<unknown> = Promise.resolve();
  #since = new SinceSnapshot();

  constructor(readonly name: string, readonly parts: StreamParts) {
    this.usedAt = parts.clock.elapsed();
  }

  /** The state in memory, if there is one that holds. */
  get loaded(): StreamState | undefined {
    return this.#run.brokenBy === undefined ? this.#state : undefined;
  }

  /** Whether nothing is under way. */
  get isQuiet(): boolean {
    return this.#turns.isQuiet;
  }

  /** The state of now, to look at; loaded where it is not. Throws StorageError, Problem stream_not_found. */
  async state(): Promise<StreamState> {
    this.usedAt = this.parts.clock.elapsed();
    return this.loaded ?? await this.#turns.take(0, () => this.#load());
  }

  /**
   * Learns a batch, in the order of the calls, a large one in slices: what is read meanwhile shows the points learned so
   * far. Resolves when the journal has it. Throws NcsError, StorageError, Problem overloaded: then nothing is learned.
   */
  async learn(points: FlatPoints, dims: number, options: LearnOptions = {}): Promise<Assignment> {
    const { clock, journal } = this.parts, layers = options.layers ?? false;
    const { assignment, kept } = await this.#turns.take(points.byteLength, async () => {
      const state = this.loaded ?? await this.#load();
      journal.check(points.byteLength);
      const fixesDims = state.dims === undefined;
      try {
        const { assignment, time_ms } = await learnInSlices(state, points, dims, layers, clock);
        this.samples.add(time_ms, assignment.ids.length);
        this.parts.onLearned(this, assignment, time_ms);
        const now = journal.now(), events = state.note(now, assignment.ids);
        const kept = this.#keep(state, changeOfPoints(points), now, events, {
          dims: fixesDims ? dims : undefined,
          answer: options.answer?.(assignment),
        });
        return { assignment, kept };
      } catch (error) {
        throw this.#noted(error);
      }
    });
    await kept;
    return assignment;
  }

  /**
   * Merges a snapshot in, or restores one; `answer` is kept with the write. Throws NcsError (dims_mismatch, snapshot_*),
   * StorageError.
   */
  async takeSnapshot(
    kind: "merge" | "restore",
    body: Uint8Array<ArrayBuffer>,
    answer: (state: StreamState) => StoredAnswer | undefined,
  ): Promise<void> {
    await this.#change(body.byteLength, () => ({ kind, body }), answer);
  }

  /** Sets parameters. Throws NcsError invalid_option, StorageError. */
  async configure(options: Options): Promise<void> {
    await this.#change(0, (state) => changeOfOptions(state.options, { ...state.options, ...options }));
  }

  /** Labels points without learning. */
  async assign(points: FlatPoints, dims: number, layers: boolean): Promise<Assignment> {
    const state = await this.state();
    if (state.dims !== undefined && state.dims !== dims) {
      throw new NcsError("dims_mismatch", `the points have ${dims} dims, the stream has ${state.dims}`);
    }
    if (state.engine) return state.engine.assign(points, { layers });
    throw new Problem("no_points_yet", `the stream ${this.name} has learned no points yet`);
  }

  /** The state as octets of the engine, for a client. Undefined for a stream without points. */
  async snapshot(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return await this.#turns.take(0, async () => {
      const { engine } = await this.#load();
      await this.#kept;
      return engine?.snapshot();
    });
  }

  /**
   * Keeps a snapshot, and lets the memory go: the next request loads it again. Rejects where the snapshot is not kept; the
   * memory goes all the same, for the journal has what was in it.
   */
  async unload(): Promise<void> {
    await this.#turns.take(0, async () => {
      if (!this.loaded) return;
      try {
        if (!this.#since.isNothing) await this.#saveSnapshot();
      } finally {
        this.#state = undefined;
      }
    });
  }

  /** What is in memory may not be what the store has. */
  abandon(): void {
    this.#run.brokenBy ??= new ConflictError(`the stream ${this.name} may be another process's`);
  }

  /** Does what changes the stream in the store, in its turn; what is in memory is read again. */
  async reread<T>(act: () => Promise<T>): Promise<T> {
    return await this.#turns.take(0, async () => {
      await this.#kept;
      this.#state = undefined;
      return await act();
    });
  }

  async #change(
    bytes: number,
    make: (state: StreamState) => Change,
    answer?: (state: StreamState) => StoredAnswer | undefined,
  ): Promise<void> {
    const { kept } = await this.#turns.take(bytes, async () => {
      const state = this.loaded ?? await this.#load();
      this.parts.journal.check(bytes);
      const fixesDims = state.dims === undefined;
      try {
        const now = this.parts.journal.now(), change = make(state), events = state.replay(change, now);
        const dims = fixesDims ? state.dims : undefined, parameters = state.options;
        return { kept: this.#keep(state, change, now, events, { dims, parameters, answer: answer?.(state) }) };
      } catch (error) {
        throw this.#noted(error);
      }
    });
    await kept;
  }

  /** Journals what the state has taken in; answers when it is kept. */
  #keep(
    state: StreamState,
    change: Change,
    time: number,
    events: StoredEvent[],
    also: Pick<Entry, "dims" | "parameters" | "answer">,
  ): Promise<void> {
    const where = { stream: this.name, epoch: this.#run.epoch, sequence: ++state.sequence };
    const entry: Entry = { ...where, time, ...change, events, ...also };
    this.usedAt = this.parts.clock.elapsed();
    this.#since.add(change);
    const kept = this.parts.journal.append(entry, this.#run).then(() => {
      if (events.length > 0) this.parts.onEvents(this, events);
      if (this.#since.isMuch) this.#snapshotInBackground();
    });
    this.#kept = kept.catch(() => {});
    return kept;
  }

  #snapshotInBackground(): void {
    this.#since.restart(0);
    this.#turns.take(0, () => this.#saveSnapshot()).catch((error) => {
      this.parts.onError(`no snapshot of stream ${this.name}`, error);
    });
  }

  /** In its turn: nothing is learned between the octets and the last write that they hold being kept. */
  async #saveSnapshot(): Promise<void> {
    await this.#kept;
    const { store, clock, journal_ms } = this.parts, state = this.loaded;
    if (!state || this.isDeleted) return;
    const snapshot = state.snapshot();
    await store.saveSnapshot(this.name, snapshot, journal_ms ? clock.now() - journal_ms : undefined);
    this.#since.restart(snapshot.body.byteLength);
  }

  /** A refusal leaves the state as it was; after anything else nobody knows what it is, so it is read again. */
  #noted(error: unknown): unknown {
    if (!(error instanceof NcsError) || error.code === "internal") this.#run.brokenBy = error;
    return error;
  }

  /** In its turn: the state, read from the store where there is none or where a write was not kept. */
  async #load(): Promise<StreamState> {
    if (this.isDeleted) throw streamNotFound(this.name);
    if (this.loaded) return this.loaded;
    await this.#kept;
    const { kernel, store, clock, room } = this.parts, began = clock.elapsed();
    // The epoch before the look: whoever claims the stream after it makes writes of this run fail.
    const run: Run = { epoch: this.parts.epochOf?.(this.name) };
    return await room.load(async () => {
      const stored = await store.load(this.name);
      if (!stored) throw streamNotFound(this.name);
      const state = fromStore(`stream ${this.name}`, () => StreamState.read(kernel, stored));
      this.#run = run;
      this.#state = state;
      this.#since.restart(stored.snapshot?.body.byteLength ?? 0, stored.entries);
      this.parts.onLoaded(this, clock.elapsed() - began);
      return state;
    });
  }
}
