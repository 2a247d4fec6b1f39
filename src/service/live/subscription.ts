/**
 * A subscriber's place in the events of a stream. The store is the truth and the hub only says what is new: whoever is behind,
 * at the start or because it reads slowly, reads the store, so nothing is missed, nothing comes twice, and a slow reader
 * costs a bounded queue.
 */
import type { StoredEvent } from "../../store/mod.ts";
import { frameOf, HEARTBEAT } from "./frame.ts";
import type { Published } from "./hub.ts";

export class Subscription {
  #queue: Published[] = [];
  /** Whether the store has events that are not in the queue. */
  #isBehind = true;
  #isBeatDue = false;
  #isEnded = false;
  /** Set while the client waits for something new. */
  #wake: (() => void) | undefined;
  /** Heartbeats since the client last asked for anything. */
  #beatsUnread = 0;

  constructor(
    /** Events after a sequence, in order, at most `pageSize` of them. */
    readonly read: (after: number) => Promise<StoredEvent[]>,
    readonly pageSize: number,
    /** Sequence of the event that the client had last. */
    public last: number,
    readonly queueMax: number,
  ) {}

  /** Events in memory. */
  get queued(): number {
    return this.#queue.length;
  }

  offer(events: readonly Published[]): void {
    if (this.#isBehind) return;
    if (this.#queue.length + events.length <= this.queueMax) this.#queue.push(...events);
    else this.#fallBehind();
    this.#wakeUp();
  }

  /** Has a comment sent where nothing else is. Answers for how many beats the client has taken nothing. */
  beat(): number {
    this.#beatsUnread = this.#wake ? 0 : this.#beatsUnread + 1;
    this.#isBeatDue = true;
    this.#wakeUp();
    return this.#beatsUnread;
  }

  /** Has the store looked at for what was not offered. */
  lookAgain(): void {
    this.#fallBehind();
  }

  end(): void {
    this.#isEnded = true;
    this.#queue = [];
    this.#wakeUp();
  }

  /** What the client gets next, when there is something; undefined at the end. Rejects where the store does. */
  async next(): Promise<string | undefined> {
    this.#beatsUnread = 0;
    while (!this.#isEnded) {
      const frames = this.#takeQueued() || (this.#isBehind && await this.#takeStored());
      if (frames) return frames;
      if (this.#isBeatDue) {
        this.#isBeatDue = false;
        return HEARTBEAT;
      }
      // While the store was read there was nobody to wake.
      const isIdle = !this.#isBehind && this.#queue.length === 0 && !this.#isEnded;
      if (isIdle) await new Promise<void>((resolve) => this.#wake = resolve);
    }
    return undefined;
  }

  /** The queue up to its first gap; a gap is read from the store. */
  #takeQueued(): string {
    let frames = "";
    for (const { sequence, frame } of this.#queue) {
      if (sequence <= this.last) continue;
      if (sequence > this.last + 1) {
        this.#fallBehind();
        return frames;
      }
      frames += frame;
      this.last = sequence;
    }
    this.#queue = [];
    return frames;
  }

  async #takeStored(): Promise<string> {
    // Before the look: what is kept after it comes by the queue.
    this.#isBehind = false;
    const events = await this.read(this.last);
    if (events.length > 0) this.last = events[events.length - 1].sequence;
    if (events.length >= this.pageSize) this.#fallBehind();
    return events.map(frameOf).join("");
  }

  #fallBehind(): void {
    this.#isBehind = true;
    this.#queue = [];
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
