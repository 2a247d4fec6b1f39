/** What replicas share over Redis. */
import type { Limit, Log, Shared } from "../service/mod.ts";
import { connect, watch } from "./connection.ts";
import { RedisCounter } from "./counter.ts";
import { RedisEvents } from "./events.ts";
import { RedisRevocations } from "./revocations.ts";

/** Connects in the background; the service works meanwhile, and whenever Redis is gone. */
export function shareOverRedis(url: string, log: Log): Shared {
  const redis = connect(url), listener = connect(url);
  watch(redis, log);
  return {
    counterOf: (limit: Limit, insurance) => new RedisCounter(redis, limit, insurance),
    revocations: new RedisRevocations(redis, listener, log),
    events: new RedisEvents(redis, listener, log),
    async probe() {
      await redis.ping();
    },
    close() {
      redis.disconnect();
      listener.disconnect();
    },
  };
}
