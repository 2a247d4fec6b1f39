/** Events of streams, told to the other replicas. What is lost while Redis is away, subscribers read from the store. */
import type { Redis } from "ioredis";
import type { FanOut, StoredEvent } from "../service/mod.ts";

const CHANNEL = "ncs:events";

export class RedisEvents implements FanOut {
  /** `listener` is a connection of its own: one that listens can do nothing else. */
  constructor(readonly redis: Redis, readonly listener: Redis) {}

  send(stream: string, events: readonly StoredEvent[]): void {
    this.redis.publish(CHANNEL, JSON.stringify({ stream, events })).catch(() => {});
  }

  receive(act: (stream: string, events: readonly StoredEvent[]) => void): void {
    this.listener.on("message", (channel, text) => {
      if (channel !== CHANNEL) return;
      const { stream, events } = JSON.parse(text);
      act(stream, events);
    });
    const subscribe = () => this.listener.subscribe(CHANNEL).catch(() => {});
    this.listener.on("ready", subscribe);
    if (this.listener.status === "ready") subscribe();
  }
}
