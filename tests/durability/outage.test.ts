/** Real servers under a steady load while what they keep things in fails: told, bounded, over by itself, nothing lost. */
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { assertEquals, assertLess } from "@std/assert";
import { Cluster, HAS_POSTGRES } from "../../deploy/local/postgres.ts";
import { HAS_REDIS, Redis } from "../../deploy/local/redis.ts";
import { COMMANDS, killLeftovers, listen, type Server } from "../service/processes.ts";
import { mountSmallDisk } from "../store/full_disk.ts";
import { healthOf, holdsWhatItAcknowledged, Load, read, soon } from "./load.ts";

/** The servers are processes of their own; who runs the test makes no difference, so it is run once. */
const isSecondRunner = "Bun" in globalThis;

/** The store has 10 s to answer; a request may meet one that does not twice. With what a busy machine adds. */
const ANSWER_MAX_MS = 25_000;

// Statuses of /health, of its answer, and of the component.
const HEALTHY = [200, "healthy", "healthy"],
  FAILING = [503, "unhealthy", "failing"],
  DEGRADED = [200, "degraded", "failing"];
const unlimited = { RATE_LIMIT_PER_MINUTE: "0" };

const disk = isSecondRunner ? undefined : mountSmallDisk(16);
let cluster: Cluster | undefined;
before(async () => {
  if (HAS_POSTGRES && !isSecondRunner) cluster = await Cluster.start();
});
after(async () => {
  killLeftovers();
  disk?.remove();
  await cluster?.remove();
});

async function becomes(server: Server, component: string, wanted: unknown[], within_ms = 10_000): Promise<void> {
  const is = async () => JSON.stringify(await healthOf(server, component)) === JSON.stringify(wanted);
  await soon(`${component}: ${wanted}`, within_ms, is);
}

/** Acts on a server under load; in the end it has what it acknowledged, and stops as it should. */
async function underLoad(server: Server, act: (load: Load) => Promise<void>): Promise<void> {
  const load = new Load(server);
  try {
    await act(load);
    await load.stop();
    await holdsWhatItAcknowledged(load);
  } finally {
    load.abandon();
  }
  process.kill(server.pid, "SIGTERM");
  assertEquals(await server.exit, 0);
}

/** Brings an outage about under load, and ends it. */
async function survives(load: Load, begin: () => Promise<void> | void, finish: () => Promise<void> | void) {
  await load.more(20);
  const refused = load.refusals.length;
  await begin();
  await becomes(load.server, "database", FAILING);
  await soon("a write is refused", ANSWER_MAX_MS, () => load.refusals.length > refused);
  // Many that ask at once do not wait one after the other for a store that does not answer.
  const began = performance.now();
  const [status] = await Promise.all(Array.from({ length: 20 }, () => read(load.server)));
  assertLess(performance.now() - began, ANSWER_MAX_MS);
  await finish();
  await becomes(load.server, "database", HEALTHY);
  await load.more(20);
  assertEquals(await read(load.server), 200);
  return status;
}

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`the server on ${name}, under load,`, { skip: isSecondRunner }, () => {
    it("outlives a full disk", { skip: disk ? false : "no small disk can be mounted here" }, async () => {
      const server = await listen(command, { ...unlimited, DATA_DIR: `${disk!.folder}/${name}` });
      await underLoad(server, async (load) => {
        for (let round = 0; round < 2; round++) {
          const status = await survives(load, () => disk!.fill(), () => disk!.empty());
          assertEquals(status, 200, "what is kept is read on a full disk");
        }
        assertLess(load.slowest_ms, 5000);
      });
    });

    it("outlives a Postgres that stops, crashes, and falls silent", { skip: !HAS_POSTGRES }, async () => {
      const url = cluster!.url(await cluster!.createDatabase());
      await underLoad(await listen(command, { ...unlimited, DATABASE_URL: url }), async (load) => {
        try {
          for (const signal of ["SIGINT", "SIGQUIT"] as const) {
            await survives(load, () => cluster!.stop(signal), () => cluster!.run());
          }
          assertLess(load.slowest_ms, 5000);
          await survives(load, () => cluster!.freeze(), () => cluster!.thaw());
          assertLess(load.slowest_ms, ANSWER_MAX_MS);
        } finally {
          await cluster!.revive();
        }
      });
    });

    it("goes on without Redis, and with it again", { skip: HAS_REDIS ? false : "no redis-server" }, async () => {
      const redis = await Redis.start();
      const server = await listen(command, { REDIS_URL: redis.url, RATE_LIMIT_PER_MINUTE: "100000" });
      await underLoad(server, async (load) => {
        await becomes(server, "redis", HEALTHY);
        await load.more(20);
        await redis.stop();
        await becomes(server, "redis", DEGRADED);
        await load.more(50);
        await redis.run();
        await becomes(server, "redis", HEALTHY);
        await load.more(20);
        assertEquals(load.refusals, []);
        assertLess(load.slowest_ms, 3000);
      }).finally(() => redis.stop());
    });
  });
}
