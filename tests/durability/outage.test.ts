/**
 * What a real server does while the disk is full, Postgres is away or Redis is away: it says so, refuses what it cannot
 * keep, answers in time, loses nothing that it acknowledged, and goes on by itself when they are back.
 */
import process from "node:process";
import { after, describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { COMMANDS, KEY, killLeftovers, listen, type Server } from "../service/processes.ts";
import { freePort, HAS_REDIS, startRedis, stop as stopRedis, until } from "../service/redis.ts";
import { mountSmallDisk } from "../store/full_disk.ts";
import { Cluster, HAS_POSTGRES } from "../store/postgres.ts";
import { post, snapshotOf, uninterrupted } from "./client.ts";

/** A request that cannot be kept is answered within this time. */
const ANSWER_MAX_MS = 12_000;

/** Both servers are tried from here; who runs the test makes no difference, so it is run once. */
const isSecondRunner = "Bun" in globalThis;

after(killLeftovers);

async function health({ url }: Server): Promise<{ status: number; database: string; redis?: string }> {
  const response = await fetch(`${url}/health`);
  const { components } = await response.json();
  return { status: response.status, database: components.database.status, redis: components.redis?.status };
}

async function isReading({ url }: Server): Promise<boolean> {
  return (await fetch(`${url}/api/v1/clusters_summary`, { headers: KEY })).status === 200;
}

/** Sends batches [from, to), each until it is acknowledged. */
async function send(server: Server, from: number, to: number): Promise<void> {
  for (let index = from; index < to; index++) await until(async () => (await post(server, index)).status === 200);
}

/** A write that the store cannot keep is refused in time, with a problem that says so. */
async function isRefused(server: Server, index: number): Promise<void> {
  const { status, code, retryAfter, time_ms } = await post(server, index);
  assertEquals([status, code, retryAfter], [503, "storage_unavailable", "1"]);
  assert(time_ms < ANSWER_MAX_MS, `${time_ms} ms`);
}

async function end(server: Server): Promise<void> {
  process.kill(server.pid, "SIGTERM");
  assertEquals(await server.exit, 0);
}

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`the server on ${name}`, { skip: isSecondRunner }, () => {
    const unlimited = { RATE_LIMIT_PER_MINUTE: "0" };

    it("refuses writes while its disk is full, reads on, and goes on when there is room", async (context) => {
      const disk = mountSmallDisk(8);
      if (!disk) return context.skip("a small disk cannot be mounted here");
      try {
        const server = await listen(command, { ...unlimited, DATA_DIR: disk.folder });
        await send(server, 0, 20);
        disk.fill();
        // What room is left in the log's last block may still take a write or two.
        let next = 20;
        await until(async () => (await post(server, next)).status === 503 || (next++, false));
        await isRefused(server, next);
        await until(async () => (await health(server)).status === 503);
        assertEquals((await health(server)).database, "failing");
        assert(await isReading(server));
        disk.empty();
        await send(server, next, next + 20);
        await until(async () => (await health(server)).status === 200);
        assertEquals(await snapshotOf(server), uninterrupted(next + 20).snapshot);
        await end(server);
      } finally {
        disk.remove();
      }
    });

    it("refuses writes while Postgres is away or silent, and goes on when it is back", {
      skip: !HAS_POSTGRES,
    }, async () => {
      const cluster = await Cluster.start();
      let isFrozen = false;
      try {
        const server = await listen(command, {
          ...unlimited,
          DATABASE_URL: cluster.url(await cluster.createDatabase()),
        });
        await send(server, 0, 10);
        await cluster.stop("SIGQUIT");
        await isRefused(server, 10);
        await until(async () => (await health(server)).status === 503);
        await cluster.run();
        await send(server, 10, 20);
        cluster.freeze();
        isFrozen = true;
        const { status, time_ms } = await post(server, 20);
        assertEquals(status, 503);
        assert(time_ms < ANSWER_MAX_MS, `${time_ms} ms`);
        cluster.thaw();
        isFrozen = false;
        await send(server, 20, 30);
        await until(async () => (await health(server)).status === 200);
        assertEquals(await snapshotOf(server), uninterrupted(30).snapshot);
        await end(server);
      } finally {
        if (isFrozen) cluster.thaw();
        await cluster.remove();
      }
    });

    it("goes on without Redis, says so, and uses it again when it is back", { skip: !HAS_REDIS }, async () => {
      const port = await freePort();
      let redis = await startRedis(port);
      try {
        const server = await listen(command, { ...unlimited, REDIS_URL: `redis://127.0.0.1:${port}` });
        await send(server, 0, 5);
        await until(async () => (await health(server)).redis === "healthy");
        await stopRedis(redis, port);
        await until(async () => (await health(server)).redis === "failing");
        assertEquals((await health(server)).status, 200);
        const { status, time_ms } = await post(server, 5);
        assertEquals(status, 200);
        assert(time_ms < 1000, `${time_ms} ms`);
        redis = await startRedis(port);
        await until(async () => (await health(server)).redis === "healthy");
        await send(server, 6, 10);
        assertEquals(await snapshotOf(server), uninterrupted(10).snapshot);
        await end(server);
      } finally {
        await stopRedis(redis, port).catch(() => {});
      }
    });
  });
}
