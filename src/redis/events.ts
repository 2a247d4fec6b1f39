/** Events of streams, told to the other replicas. What is lost while Redis is away, subscribers read from the store. */
import type { Redis } from "ioredis";
import type { EventBus, Log, StoredEvent } from "../service/mod.ts";
import { onMessage, onReady } from "./connection.ts";

const CHANNEL = "ncs:events";

interface Message {
  stream: string;
  events: readonly StoredEvent[];
}

export class RedisEvents implements EventBus {
  /** `listener` is a connection of its own: one that listens can do nothing else. */
  constructor(readonly redis: Redis, readonly listener: Redis, readonly log: Log) {}

  send(stream: string, events: readonly StoredEvent[]): void {
    this.redis.publish(CHANNEL, JSON.stringify({ stream, events } satisfies Message)).catch(() => {});
  }

  receive(act: (stream: string, events: readonly StoredEvent[]) => void): void {
    onMessage(this.listener, CHANNEL, this.log, (message) => {
      const { stream, events } = message as Message;
      act(stream, events);
    });
    onReady(this.listener, () => this.listener.subscribe(CHANNEL).catch(() => {}));
  }
}
