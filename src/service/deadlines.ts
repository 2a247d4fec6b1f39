/** Many deadlines on one timer: a timer each costs more than what it guards, and nearly none is ever reached. */

/** Deadlines are looked at so often, and so late they may be. */
const TICK_MS = 250;

export interface Deadline {
  until: number;
  act: () => void;
}

export class Deadlines {
  #waiting = new Set<Deadline>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Calls `act` in `time_ms`, at most TICK_MS later, unless it is deleted before. */
  add(act: () => void, time_ms: number): Deadline {
    const deadline = { until: performance.now() + time_ms, act };
    this.#waiting.add(deadline);
    this.#timer ??= setInterval(() => this.#look(), TICK_MS);
    return deadline;
  }

  delete(deadline: Deadline): void {
    this.#waiting.delete(deadline);
  }

  /** What was added first is due first only where all take as long, so all are looked at. */
  #look(): void {
    const now = performance.now();
    for (const deadline of this.#waiting) {
      if (deadline.until > now) continue;
      this.#waiting.delete(deadline);
      deadline.act();
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
