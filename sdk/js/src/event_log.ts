/** The latest events of a stream, and those who follow them. */
import { checkCount } from "./summary.ts";
import type { EventOptions, EventPage, EventQuery, StreamEvent } from "./types.ts";

/** Events kept; a follower that is further behind sees a gap in the sequence. */
const EVENTS_MAX = 4096;

export class EventLog {
  #events: StreamEvent[] = [];
  #last = 0;
  #wake: (() => void)[] = [];

  /** Events are counted here: a state that is restored brings a count of its own. */
  add(events: StreamEvent[]): void {
    if (events.length === 0) return;
    const counted = events.map((event) => ({ ...event, sequence: ++this.#last }));
    this.#events = [...this.#events, ...counted].slice(-EVENTS_MAX);
    this.#wake.splice(0).forEach((wake) => wake());
  }

  /** Kept events after a sequence. Throws ValidationError. */
  page({ after = 0, limit = 100 }: EventQuery): EventPage {
    const events = this.#events.filter(({ sequence }) => sequence > after).slice(0, checkCount("limit", limit, 1));
    return { events, next_after: events.at(-1)?.sequence ?? after };
  }

  /** Events after the given sequence, or from now on. Throws the signal's reason. */
  follow({ after = this.#last, signal }: EventOptions): AsyncGenerator<StreamEvent> {
    return this.#follow(after, signal);
  }

  async *#follow(after: number, signal?: AbortSignal): AsyncGenerator<StreamEvent> {
    for (;;) {
      for (const event of this.#events.filter(({ sequence }) => sequence > after)) {
        yield event;
        after = event.sequence;
      }
      signal?.throwIfAborted();
      if (this.#last <= after) await this.#next(signal);
    }
  }

  async #next(signal?: AbortSignal): Promise<void> {
    let wake!: () => void;
    const woken = new Promise<void>((resolve) => this.#wake.push(wake = resolve));
    signal?.addEventListener("abort", wake, { once: true });
    await woken;
    // A signal may live longer than all events: it is not to keep a listener of each.
    signal?.removeEventListener("abort", wake);
  }
}
