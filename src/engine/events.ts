/** Events on their way out: a bounded queue between the kernel and whoever takes them. */
import { EVENT_TYPES } from "./kernel.ts";
import type { StreamEvent } from "./types.ts";

/** Events that wait at most; older ones are dropped, and the sequence numbers show the gap. */
export const EVENTS_WAITING_MAX = 4096;

/** f64 fields of an event: sequence, type, point, id, other. */
const FIELDS = 5;

export class EventQueue {
  #waiting: StreamEvent[] = [];

  /** Adds events as the kernel wrote them. Shape (count x FIELDS). */
  addRows(rows: Float64Array, count: number): void {
    for (let at = 0; at < count * FIELDS; at += FIELDS) {
      this.#waiting.push({
        sequence: rows[at],
        type: EVENT_TYPES[rows[at + 1]],
        point: rows[at + 2],
        id: rows[at + 3],
        other: rows[at + 4],
      });
    }
    // Dropping at twice the bound keeps the cost of a drop off each event.
    if (this.#waiting.length > 2 * EVENTS_WAITING_MAX) this.#waiting = this.#waiting.slice(-EVENTS_WAITING_MAX);
  }

  /** The events since the last call, at most EVENTS_WAITING_MAX, oldest first. */
  take(): StreamEvent[] {
    const taken = this.#waiting.slice(-EVENTS_WAITING_MAX);
    this.#waiting = [];
    return taken;
  }
}
