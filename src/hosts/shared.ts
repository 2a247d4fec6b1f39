/** Redis, where the configuration names one. */
import type { Config, Log, Shared } from "../service/mod.ts";
import { withoutEnvironment } from "./environment.ts";

/** Connects in the background; undefined where none is named, and then the driver is not loaded. */
export async function openShared({ redisUrl }: Config, log: Log): Promise<Shared | undefined> {
  if (redisUrl === undefined) return undefined;
  return await withoutEnvironment(async () => (await import("../redis/mod.ts")).shareOverRedis(redisUrl, log));
}
