/**
 * News of revocations: published to the replicas that listen, and kept in a sorted set by their ends for those that come
 * (back) later.
 */
import type { Redis } from "ioredis";
import type { Log, RevocationBus, Told } from "../service/mod.ts";
import { onMessage, onReady } from "./connection.ts";

const CHANNEL = "ncs:revocations", REVOKED = "ncs:revoked";

/** News kept while Redis is gone, the newest. */
const UNTOLD_MAX = 10_000;

/** Longer than any session, seconds. */
const KEPT_S = 30 * 24 * 3600;

type News = { revoked: string; expires: number } | { deleted: string };

export class RedisRevocations implements RevocationBus {
  #untold: News[] = [];

  /** `listener` is a connection of its own: one that listens can do nothing else. */
  constructor(readonly redis: Redis, readonly listener: Redis, readonly log: Log) {
    redis.on("ready", () => this.#tellUntold());
  }

  async tellRevoked(id: string, expires: number): Promise<boolean> {
    return await this.#tell({ revoked: id, expires });
  }

  async tellDeleted(keyId: string): Promise<void> {
    await this.#tell({ deleted: keyId });
  }

  listen(told: Told): void {
    onMessage(this.listener, CHANNEL, this.log, (message) => {
      const news = checked(message as News);
      if ("deleted" in news) told.deleted(news.deleted);
      else told.revoked(news.revoked, news.expires);
    });
    onReady(this.listener, () => {
      this.#begin(told).catch((error) => this.#failed("cannot listen to redis", error));
    });
  }

  /** Listens first and reads then, so that nothing falls between. */
  async #begin(told: Told): Promise<void> {
    await this.listener.subscribe(CHANNEL);
    const held = await this.redis.zrangebyscore(REVOKED, `(${Date.now()}`, "+inf", "WITHSCORES");
    for (let index = 0; index < held.length; index += 2) told.revoked(held[index], Number(held[index + 1]));
  }

  /** Resolves false where the news is not new. */
  async #tell(news: News): Promise<boolean> {
    try {
      return await this.#publish(news);
    } catch (error) {
      this.#failed("a revocation is not yet told to the other replicas", error);
      this.#untold.push(news);
      if (this.#untold.length > UNTOLD_MAX) this.#untold.shift();
      return true;
    }
  }

  async #publish(news: News): Promise<boolean> {
    const change = this.redis.multi();
    if ("revoked" in news) {
      change.zadd(REVOKED, "NX", news.expires, news.revoked);
      change.zremrangebyscore(REVOKED, "-inf", Date.now());
      change.expire(REVOKED, KEPT_S);
    }
    change.publish(CHANNEL, JSON.stringify(news));
    const results = await change.exec();
    const failed = results?.find(([error]) => error);
    if (!results || failed) throw failed?.[0] ?? new Error("the transaction was discarded");
    return "deleted" in news || results[0][1] === 1;
  }

  async #tellUntold(): Promise<void> {
    for (const news of this.#untold.splice(0)) await this.#tell(news);
  }

  #failed(message: string, error: unknown): void {
    this.log.error(message, { reason: (error as Error).message });
  }
}

function checked(news: News): News {
  const isNews = "deleted" in news
    ? typeof news.deleted === "string"
    : typeof news.revoked === "string" && typeof news.expires === "number";
  if (!isNews) throw new TypeError("it says neither what is revoked nor what is deleted");
  return news;
}
