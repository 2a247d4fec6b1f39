/** Hands events that are kept to whoever listens to their stream. */
import type { StoredEvent } from "../../store/mod.ts";
import { frameOf } from "./frame.ts";

/** An event as it goes to subscribers, written once for all of them. */
export interface Published {
  sequence: number;
  frame: string;
}

/** Must be quick and must not throw: the writer waits. */
export type Listener = (events: readonly Published[]) => void;

/** Carries events between servers that share a store: what one keeps, the subscribers of all are told of. */
export interface EventBus {
  send(stream: string, events: readonly StoredEvent[]): void;
  /** Calls `act` with what other servers sent. */
  receive(act: (stream: string, events: readonly StoredEvent[]) => void): void;
}

export class EventHub {
  #listeners = new Map<string, Set<Listener>>();

  /** Tells the listeners of a stream of events that the store has, in order. Events told twice, or not at all, do no harm. */
  publish(stream: string, events: readonly StoredEvent[]): void {
    const listeners = this.#listeners.get(stream);
    if (!listeners) return;
    const published = events.map((event) => ({ sequence: event.sequence, frame: frameOf(event) }));
    for (const listener of listeners) listener(published);
  }

  /** Answers what ends the listening. */
  listen(stream: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(stream) ?? new Set();
    this.#listeners.set(stream, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(stream) === listeners) this.#listeners.delete(stream);
    };
  }
}
