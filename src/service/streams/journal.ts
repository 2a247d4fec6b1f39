/**
 * The journal: writes of all streams go to the store in groups, one transaction at a time, in the order in which they came.
 * What is waiting while a transaction runs makes up the next (group commit: Gray and Reuter 1993, 9.4.7).
 */
import { ConflictError, type Entry, type Store } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";
import { Problem } from "../http/problem.ts";
import { othersTurn } from "../turn.ts";
import { asStorageError, StorageError } from "./storage.ts";

/** A group has so many entries at most, and ends with the entry that passes so many octets. */
const GROUP_ENTRIES = 512, GROUP_BYTES = 16 * 2 ** 20;

/** Entries of all streams that are not yet kept, and their octets, at most: a store that is slow holds no more memory. */
const HELD_ENTRIES_MAX = 16_384, HELD_BYTES_MAX = 256 * 2 ** 20;

/** Writes bear one time for so long: what is of one moment may share a row of the store. */
const MOMENT_MS = 10;

/** How often a store that failed is asked whether it works again. */
const PROBE_MS = 250;

/**
 * The run of writes of a stream since it was loaded. Where one is not kept none after it may be: the run is broken, and
 * the stream is loaded again.
 */
export interface Run {
  /** Why it is broken; undefined while it is not. */
  brokenBy?: unknown;
  /** Of the claim that it was loaded under, where several servers share the store. */
  epoch?: number;
}

/** What a transaction took, for who watches. */
export interface Commit {
  entries: number;
  bytes: number;
  time_ms: number;
}

interface Waiting {
  entry: Entry;
  run: Run;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

export class Journal {
  #waiting: Waiting[] = [];
  #heldEntries = 0;
  #heldBytes = 0;
  #isWriting = false;
  #moment = -Infinity;
  #failure: unknown;
  #probe: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly store: Store, readonly clock: Clock, readonly onCommit: (commit: Commit) => void = () => {}) {}

  /** Entries that are not yet kept. */
  get lag(): number {
    return this.#waiting.length;
  }

  /** The time of a write that is made now, milliseconds since 1970. */
  now(): number {
    const now = this.clock.now();
    // A clock that is set back begins a moment too.
    if (Math.abs(now - this.#moment) >= MOMENT_MS) this.#moment = now;
    return this.#moment;
  }

  /**
   * Asked before a write of so many octets is learned. Throws StorageError while the store is known to fail, for it would be
   * learned in vain; Problem overloaded where too much is not yet kept.
   */
  check(bytes: number): void {
    if (this.#failure !== undefined) throw asStorageError(this.#failure);
    if (this.#heldEntries < HELD_ENTRIES_MAX && this.#heldBytes + bytes <= HELD_BYTES_MAX) return;
    throw new Problem("overloaded", "too much waits to be kept; try again", undefined, { "retry-after": "1" });
  }

  /** Resolves when the entry is kept. Rejects with StorageError; then the run is broken. */
  append(entry: Entry, run: Run): Promise<void> {
    this.#heldEntries++;
    this.#heldBytes += entry.body.byteLength;
    const kept = new Promise<void>((resolve, reject) => this.#waiting.push({ entry, run, resolve, reject }));
    if (!this.#isWriting) this.#write();
    return kept;
  }

  close(): void {
    clearTimeout(this.#probe);
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    // Whatever else is about to write comes along.
    await othersTurn();
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      await this.#writeGroup(group);
      this.#heldEntries -= group.length;
      this.#heldBytes -= bytesOf(group);
    }
    this.#isWriting = false;
  }

  #takeGroup(): Waiting[] {
    let bytes = 0, entries = 0;
    while (entries < this.#waiting.length && entries < GROUP_ENTRIES && bytes < GROUP_BYTES) {
      bytes += this.#waiting[entries++].entry.body.byteLength;
    }
    return this.#waiting.splice(0, entries);
  }

  async #writeGroup(group: Waiting[]): Promise<void> {
    const whole = group.filter(({ run }) => run.brokenBy === undefined);
    for (const { run: { brokenBy }, reject } of group.filter(({ run }) => run.brokenBy !== undefined)) {
      reject(new StorageError("a write before this one was not kept", { cause: brokenBy }));
    }
    if (whole.length === 0) return;
    // Each group would wait in its turn for a store that does not answer.
    if (this.#failure !== undefined) return breakRuns(whole, this.#failure);
    const began = this.clock.elapsed();
    try {
      await this.store.append(whole.map(({ entry }) => entry));
      whole.forEach(({ resolve }) => resolve());
    } catch (error) {
      if (error instanceof ConflictError && whole.length > 1) {
        // One stream's conflict is not the others': nothing was kept, so each is tried alone.
        for (const waiting of whole) await this.#writeGroup([waiting]);
        return;
      }
      // Which entry is at fault is not known, nor whether the store kept them after all: each stream is read again.
      breakRuns(whole, error);
      if (!(error instanceof ConflictError)) this.#fail(error);
      return;
    }
    this.onCommit({ entries: whole.length, bytes: bytesOf(whole), time_ms: this.clock.elapsed() - began });
  }

  /** Refuses writes until the store says that it keeps them. */
  #fail(error: unknown): void {
    this.#failure = error;
    clearTimeout(this.#probe);
    this.#probe = setTimeout(async () => {
      try {
        await this.store.probe();
        this.#failure = undefined;
      } catch (again) {
        this.#fail(again);
      }
    }, PROBE_MS);
  }
}

function bytesOf(group: Waiting[]): number {
  return group.reduce((sum, { entry }) => sum + entry.body.byteLength, 0);
}

function breakRuns(writes: Waiting[], error: unknown): void {
  for (const { run, reject } of writes) {
    run.brokenBy = error;
    reject(asStorageError(error));
  }
}
