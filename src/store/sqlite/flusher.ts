/**
 * Syncs a log in the background while it is written, off the thread that writes it. What is on the disk already need not be
 * waited for when the log moves to the main file: that move syncs it, and everything waits meanwhile.
 */
import { closeSync, fdatasync, openSync } from "node:fs";

/** The log is synced when so much was written since: often enough to keep up, seldom enough to cost lone points nothing. */
const SYNC_BYTES = 2 << 20;

export class Flusher {
  #file: number;
  #bytes = 0;
  #isSyncing = false;
  #isClosed = false;

  /** Throws where there is no such file. */
  constructor(path: string) {
    this.#file = openSync(path, "r");
  }

  /** So many octets were written, about. */
  note(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < SYNC_BYTES || this.#isSyncing) return;
    this.#bytes = 0;
    this.#isSyncing = true;
    // A failure is SQLite's to tell: its own sync meets it too.
    fdatasync(this.#file, () => {
      this.#isSyncing = false;
      if (this.#isClosed) closeSync(this.#file);
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#isSyncing) closeSync(this.#file);
  }
}
