/**
 * What runs in production, as processes on the loopback interface: nginx before several replicas on either runtime, on a
 * Postgres and a Redis of their own, watched by Prometheus and Alertmanager where asked. Each can be stopped, killed, frozen
 * and started again by itself.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NGINX, Nginx } from "./nginx.ts";
import { Cluster, HAS_POSTGRES } from "./postgres.ts";
import { HAS_REDIS, Redis } from "./redis.ts";
import { Replica } from "./replica.ts";
import { ROOT, type Runtime } from "./runtimes.ts";
import { HAS_WATCH, startWatch, type Watch } from "./watch.ts";

export interface TopologyOptions {
  /** A replica for each, on that runtime. */
  replicas?: Runtime[];
  /** Prometheus and Alertmanager too. */
  watch?: boolean;
  /** Whether Postgres outlives a power cut. */
  fsync?: boolean;
  /** Of each replica, beyond what it needs. */
  environment?: Record<string, string>;
}

/** Names of the programs that are not installed; empty where a topology can be started. */
export function missingPrograms({ watch = false }: TopologyOptions = {}): string[] {
  const has: Record<string, boolean> = { nginx: NGINX !== undefined, postgres: HAS_POSTGRES, redis: HAS_REDIS };
  if (watch) has["prometheus and prometheus-alertmanager"] = HAS_WATCH;
  return Object.keys(has).filter((name) => !has[name]);
}

export interface Topology {
  /** nginx: what clients use. */
  url: string;
  /** Who signs in at /auth/login. */
  admin: { username: string; password: string };
  metricsToken: string;
  databaseUrl: string;
  replicas: Replica[];
  nginx: Nginx;
  postgres: Cluster;
  redis: Redis;
  watch?: Watch;
  /** Folder of the logs, a file for each process; stop() removes it. */
  folder: string;
  /** A rolling update: each replica in turn is told to stop, waited for, started and waited for until it is ready. */
  roll(): Promise<void>;
  /** Ends all and removes what it kept. */
  stop(): Promise<void>;
}

/** Starts it; where a part does not start, ends the others and rejects with the part's last lines. */
export async function startTopology(options: TopologyOptions = {}): Promise<Topology> {
  const missing = missingPrograms(options);
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(", ")}`);
  if (!existsSync(join(ROOT, "build/ncs.wasm"))) throw new Error("the server is not built; run the task `build`");
  const folder = mkdtempSync(join(tmpdir(), "ncs-local-"));
  // Ended in the opposite order of their starts.
  const ends: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return { ...await startParts(options, folder, ends), folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  { replicas: runtimes = ["deno", "deno", "bun"], watch: isWatched, fsync, environment }: TopologyOptions,
  folder: string,
  ends: (() => Promise<void> | void)[],
): Promise<Omit<Topology, "folder" | "stop">> {
  const postgres = await Cluster.start({ fsync, log: join(folder, "postgres.log") });
  ends.push(() => postgres.remove());
  const databaseUrl = postgres.url(await postgres.createDatabase());
  const redis = await Redis.start({ log: join(folder, "redis.log") });
  ends.push(() => redis.stop());
  const secret = () => randomBytes(24).toString("base64url");
  const admin = { username: "admin", password: secret() };
  const metricsToken = secret();
  const settings = {
    ENVIRONMENT: "production",
    HOST: "127.0.0.1",
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    SECRET_KEY: secret(),
    ADMIN_USERNAME: admin.username,
    ADMIN_PASSWORD: admin.password,
    METRICS_TOKEN: metricsToken,
    TRUSTED_PROXIES: "1",
    ...environment,
  };
  const replicas: Replica[] = [];
  for (const [index, runtime] of runtimes.entries()) {
    replicas.push(await Replica.create(`replica-${index + 1}`, runtime, settings, folder));
  }
  ends.push(async () => void await Promise.all(replicas.map((replica) => replica.stop())));
  await Promise.all(replicas.map((replica) => replica.start()));
  const addresses = replicas.map(({ port }) => `127.0.0.1:${port}`);
  const nginx = await Nginx.start(addresses, folder);
  ends.push(() => nginx.stop());
  const watch = isWatched ? await startWatch(addresses, metricsToken, folder) : undefined;
  if (watch) ends.push(() => watch.stop());
  const roll = async () => {
    for (const replica of replicas) {
      await replica.stop();
      await replica.start();
    }
  };
  return { url: nginx.url, admin, metricsToken, databaseUrl, replicas, nginx, postgres, redis, watch, roll };
}
