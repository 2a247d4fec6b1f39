/**
 * Syncs a log in the background while it is written, off the thread that writes it. What is on the disk already need not be
 * waited for when the log moves to the main file: that move syncs it, and everything waits meanwhile.
 */
import { closeSync, fdatasync, openSync } from "node:fs";
import { clearInterval, setInterval } from "node:timers";

/** The log is synced so often while it is written. */
const SYNC_MS = 100;

export class Flusher {
  #file: number;
  #timer: ReturnType<typeof setInterval>;
  #isDue = false;
  #isSyncing = false;
  #isClosed = false;

  /** Throws where there is no such file. */
  constructor(path: string) {
    this.#file = openSync(path, "r");
    this.#timer = setInterval(() => this.#sync(), SYNC_MS);
    this.#timer.unref();
  }

  /** The log was written. */
  note(): void {
    this.#isDue = true;
  }

  close(): void {
    if (this.#isClosed) return;
    clearInterval(this.#timer);
    this.#isClosed = true;
    if (!this.#isSyncing) closeSync(this.#file);
  }

  #sync(): void {
    if (!this.#isDue || this.#isSyncing) return;
    this.#isDue = false;
    this.#isSyncing = true;
    // A failure is SQLite's to tell: its own sync meets it too.
    fdatasync(this.#file, () => {
      this.#isSyncing = false;
      if (this.#isClosed) closeSync(this.#file);
    });
  }
}
