/** A connection to Redis that fails fast while Redis is gone, and comes back by itself. */
import { Redis } from "ioredis";
import type { Log } from "../service/mod.ts";

const CONNECT_MS = 2000, RETRY_MS_MAX = 2000;

/** A request waits so long at most for an answer of Redis that does not come. */
const COMMAND_MS = 200;

/** Connects in the background. */
export function connect(url: string): Redis {
  const redis = new Redis(url, {
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    // A command that cannot be sent fails now: its request has an answer without it.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), RETRY_MS_MAX),
  });
  // Without a listener an error would end the process.
  redis.on("error", () => {});
  return redis;
}

/** Logs when a connection begins to fail and when it works again, not each time that it fails. */
export function watch(redis: Redis, log: Log): void {
  let isGone = false;
  redis.on("error", ({ message }) => {
    if (!isGone) log.error("redis is out of reach; limits and revocations go on in the process", { reason: message });
    isGone = true;
  });
  redis.on("ready", () => {
    log.info(isGone ? "redis is back" : "redis connected");
    isGone = false;
  });
}

/** Calls `act` when the connection is made, and whenever it is made anew. */
export function onReady(redis: Redis, act: () => void): void {
  redis.on("ready", act);
  if (redis.status === "ready") act();
}

/**
 * Calls `act` with what is sent on a channel, which is JSON. Others may write there as well: what `act` throws for is passed
 * over, with a line in the log.
 */
export function onMessage(redis: Redis, channel: string, log: Log, act: (message: unknown) => void): void {
  redis.on("message", (from, text) => {
    if (from !== channel) return;
    try {
      act(JSON.parse(text));
    } catch (error) {
      log.warn("a message in redis is not understood", { channel, reason: (error as Error).message });
    }
  });
}
