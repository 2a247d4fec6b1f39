/** What was journalled since the latest snapshot: so much is read again at most when a stream is loaded. */
import type { Entry } from "../../store/mod.ts";

/**
 * Journal after which a snapshot is taken: so many entries, or octets as many times those of the snapshot before, within
 * bounds. What a snapshot holds is let go of, so a journal that is short stays where it is on the disk; and to let go of
 * 10,000 entries at once takes SQLite tens of milliseconds, for which everything waits.
 */
const ENTRIES_MAX = 2_000, SNAPSHOTS = 32, BYTES_MIN = 4 * 2 ** 20, BYTES_MAX = 16 * 2 ** 20;

export class SinceSnapshot {
  #entries = 0;
  #bytes = 0;
  #bytesMax = BYTES_MIN;

  get isNothing(): boolean {
    return this.#entries === 0;
  }

  /** Whether a snapshot should be taken. */
  get isMuch(): boolean {
    return this.#entries >= ENTRIES_MAX || this.#bytes >= this.#bytesMax;
  }

  add({ body }: Pick<Entry, "body">): void {
    this.#entries++;
    this.#bytes += body.byteLength;
  }

  /** A snapshot of so many octets was taken, and these entries came after it. */
  restart(snapshotBytes: number, entries: Pick<Entry, "body">[] = []): void {
    this.#entries = this.#bytes = 0;
    this.#bytesMax = Math.min(BYTES_MAX, Math.max(BYTES_MIN, SNAPSHOTS * snapshotBytes));
    entries.forEach((entry) => this.add(entry));
  }
}
