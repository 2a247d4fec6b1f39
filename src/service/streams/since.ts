/** What was journalled since the latest snapshot: so much is read again at most when a stream is loaded. */
import type { Entry } from "../../store/mod.ts";

/** Journal after which a snapshot is taken. */
const ENTRIES_MAX = 10_000, BYTES_MAX = 16 * 2 ** 20;

export class SinceSnapshot {
  #entries = 0;
  #bytes = 0;

  get isNothing(): boolean {
    return this.#entries === 0;
  }

  /** Whether a snapshot should be taken. */
  get isMuch(): boolean {
    return this.#entries >= ENTRIES_MAX || this.#bytes >= BYTES_MAX;
  }

  add({ body }: Pick<Entry, "body">): void {
    this.#entries++;
    this.#bytes += body.byteLength;
  }

  /** A snapshot was taken, and these entries came after it. */
  restart(entries: Pick<Entry, "body">[] = []): void {
    this.#entries = this.#bytes = 0;
    entries.forEach((entry) => this.add(entry));
  }
}
