/** Turns: pieces of work one after the other, in the order of the calls, with a bound on what waits. */
import { Problem } from "../http/problem.ts";

/** Pieces of work that wait at most, and their octets; more are refused with 503. */
const WAITING_MAX = 1024, WAITING_BYTES_MAX = 256 * 2 ** 20;

export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #waitingBytes = 0;

  get isQuiet(): boolean {
    return this.#waiting === 0;
  }

  /** Runs `work`, which holds so many octets, when all before it is done. Throws Problem overloaded where too much waits. */
  async take<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= WAITING_MAX || this.#waitingBytes + bytes > WAITING_BYTES_MAX) {
      throw new Problem("overloaded", "too much waits for this stream; try again", undefined, { "retry-after": "1" });
    }
    this.#waiting++;
    this.#waitingBytes += bytes;
    // With nothing before it a piece of work need not wait for the event loop to come round.
    const done = this.#waiting === 1 ? work() : this.#last.then(work);
    this.#last = done.catch(() => {});
    try {
      return await done;
    } finally {
      this.#waiting--;
      this.#waitingBytes -= bytes;
    }
  }
}
