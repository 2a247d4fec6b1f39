/**
 * A real server is killed (SIGKILL) again and again under a load of batches; clients send again what was not acknowledged,
 * under the same key. In the end every batch is there, once: the state is that of an engine that was never stopped.
 */
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Cluster, HAS_POSTGRES } from "../../deploy/local/postgres.ts";
import { COMMANDS, killLeftovers, listen, newFolder } from "../service/processes.ts";
import { BATCH_POINTS, post, uninterrupted } from "./client.ts";
import { snapshotOf } from "./load.ts";

const BATCHES = 200, KILLS = 3;

let cluster: Cluster | undefined;
before(async () => {
  if (HAS_POSTGRES) cluster = await Cluster.start();
});
after(async () => {
  killLeftovers();
  await cluster?.remove();
});

/** Sends every batch in order, each until it is acknowledged, while the server is killed and started again. */
async function sendThroughKills(command: string, environment: Record<string, string>) {
  let server = await listen(command, environment);
  const labels: number[] = [];
  let kills = 0, replays = 0;
  for (let index = 0; index < BATCHES; index++) {
    const isKilled = index % Math.floor(BATCHES / (KILLS + 1)) === 10 + kills && kills < KILLS;
    const sent = post(server, index).catch(() => undefined);
    if (isKilled) {
      // Some are killed before they have read the batch, some after they have kept it: either is right.
      await new Promise((resolve) => setTimeout(resolve, kills * 4));
      process.kill(server.pid, "SIGKILL");
      await server.exit;
      server = await listen(command, environment);
      kills++;
    }
    let answer = await sent;
    while (answer?.status !== 200) answer = await post(server, index);
    if (answer.isReplayed) replays++;
    labels.push(...answer.ids);
  }
  return { server, labels, kills, replays };
}

async function holds(command: string, environment: Record<string, string>): Promise<void> {
  const { ids, snapshot } = uninterrupted(BATCHES);
  const { server, labels, kills } = await sendThroughKills(command, environment);
  assertEquals(kills, KILLS);
  assertEquals(labels, ids);
  assertEquals(await snapshotOf(server), snapshot);
  // A batch that comes again, long after, is answered as before and not learned again.
  const again = await post(server, 3);
  assert(again.isReplayed);
  assertEquals(again.ids, ids.slice(3 * BATCH_POINTS, 4 * BATCH_POINTS));
  assertEquals(await snapshotOf(server), snapshot);
  process.kill(server.pid, "SIGTERM");
  assertEquals(await server.exit, 0);
}

/** Both servers are killed from here; who runs the test makes no difference, so it is run once. */
const isSecondRunner = "Bun" in globalThis;

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`the server on ${name}, killed in the middle of a load,`, { skip: isSecondRunner }, () => {
    const unlimited = { RATE_LIMIT_PER_MINUTE: "0" };

    it("has every acknowledged point once, with SQLite", async () => {
      await holds(command, { ...unlimited, DATA_DIR: newFolder() });
    });

    it("has every acknowledged point once, with Postgres", { skip: !HAS_POSTGRES }, async () => {
      await holds(command, { ...unlimited, DATABASE_URL: cluster!.url(await cluster!.createDatabase()) });
    });
  });
}
