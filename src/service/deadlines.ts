/** Many deadlines on one timer: a timer each costs more than what it guards, and nearly none is ever reached. */

/** Deadlines are looked at so often. */
const TICK_MS = 250;

export interface Deadline {
  /** In looks. */
  until: number;
  act: () => void;
}

class Deadlines {
  #waiting = new Set<Deadline>();
  #looks = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Calls `act` in `time_ms`, or a look or two later, unless it is deleted before. */
  add(act: () => void, time_ms: number): Deadline {
    // One look more, for the next may be at hand.
    const deadline = { until: this.#looks + Math.ceil(time_ms / TICK_MS) + 1, act };
    this.#waiting.add(deadline);
    this.#timer ??= setInterval(() => this.#look(), TICK_MS);
    return deadline;
  }

  delete(deadline: Deadline): void {
    this.#waiting.delete(deadline);
  }

  /** What was added first is due first only where all take as long, so all are looked at. */
  #look(): void {
    this.#looks++;
    for (const deadline of this.#waiting) {
      if (deadline.until > this.#looks) continue;
      this.#waiting.delete(deadline);
      deadline.act();
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** Those of the process. */
export const deadlines = new Deadlines();
