/** Counts that all replicas share, by rate-limiter-flexible over Redis. */
import type { Redis } from "ioredis";
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { Count, Counter, Limit } from "../service/mod.ts";

/** After a failure Redis is left alone for so long, so that requests do not each wait for it. */
const PAUSE_MS = 1000;

export class RedisCounter implements Counter {
  #limiter: RateLimiterRedis;
  #pausedUntil = 0;

  constructor(redis: Redis, readonly limit: Limit, readonly insurance: Counter) {
    this.#limiter = new RateLimiterRedis({
      storeClient: redis,
      rejectIfRedisNotReady: true,
      keyPrefix: `ncs:limit:${limit.name}`,
      points: limit.max,
      duration: limit.window_ms / 1000,
      // What is over its limit is refused from memory until its window ends.
      inMemoryBlockOnConsumed: limit.max + 1,
    });
  }

  async take(key: string): Promise<Count> {
    if (this.#isPaused) return await this.insurance.take(key);
    try {
      return this.#countOf(await this.#limiter.consume(key), false);
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return this.#countOf(refusal, true);
      this.#pause();
      return await this.insurance.take(key);
    }
  }

  async giveBack(key: string): Promise<void> {
    await Promise.all([this.insurance.giveBack(key), this.#attempt(() => this.#limiter.reward(key))]);
  }

  async reset(key: string): Promise<void> {
    await Promise.all([this.insurance.reset(key), this.#attempt(() => this.#limiter.delete(key))]);
  }

  get #isPaused(): boolean {
    return performance.now() < this.#pausedUntil;
  }

  #pause(): void {
    this.#pausedUntil = performance.now() + PAUSE_MS;
  }

  async #attempt(work: () => Promise<unknown>): Promise<void> {
    if (!this.#isPaused) await work().catch(() => this.#pause());
  }

  #countOf({ remainingPoints, msBeforeNext }: RateLimiterRes, isOver: boolean): Count {
    return { isOver, remaining: remainingPoints, reset_ms: Math.max(0, msBeforeNext) };
  }
}
