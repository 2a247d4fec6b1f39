/** Real servers told to stop under load on several streams; and started on a database that is none of theirs. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { after, describe, it } from "node:test";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { blobs, kernel } from "../kernel.ts";
import { COMMANDS, finish, KEY, killLeftovers, listen, newFolder, type Server } from "../service/processes.ts";
import { snapshotOf } from "./load.ts";

const DIMS = 3, STREAMS = ["one", "two", "three"], BATCH_POINTS = 200;

const batchOf = (stream: string, index: number) =>
  new Float32Array(blobs(BATCH_POINTS, DIMS, 1 + 1000 * STREAMS.indexOf(stream) + index));

/** The servers are processes of their own; who runs the test makes no difference, so it is run once. */
const isSecondRunner = "Bun" in globalThis;

after(killLeftovers);

async function create({ url }: Server, name: string): Promise<void> {
  const headers = { ...KEY, "content-type": "application/json" };
  const body = JSON.stringify({ name, dims: DIMS });
  const made = await fetch(`${url}/api/v1/streams`, { method: "POST", headers, body });
  assertEquals(made.status, 201, await made.text());
}

/** Sends batch after batch until the server takes no more; answers how many it acknowledged. */
async function sendUntilStopped({ url }: Server, stream: string): Promise<number> {
  for (let index = 0;; index++) {
    const response = await fetch(`${url}/api/v1/streams/${stream}/process_points?dims=${DIMS}`, {
      method: "POST",
      headers: { ...KEY, "content-type": "application/octet-stream" },
      body: batchOf(stream, index),
    }).catch(() => undefined);
    if (!response) return index;
    assertEquals(response.status, 200);
    if (!await response.arrayBuffer().catch(() => undefined)) return index;
  }
}

function engineOf(stream: string, batches: number): Engine {
  const engine = Engine.create(kernel, DIMS);
  for (let index = 0; index < batches; index++) engine.learn(batchOf(stream, index));
  return engine;
}

const restored = (snapshot: Uint8Array) => Engine.restore(kernel, snapshot as Uint8Array<ArrayBuffer>);

async function end(server: Server): Promise<void> {
  process.kill(server.pid, "SIGTERM");
  assertEquals(await server.exit, 0);
}

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`the server on ${name}`, { skip: isSecondRunner }, () => {
    it("told to stop under load has everything that it acknowledged, of every stream, when it is back", async () => {
      const environment = { DATA_DIR: newFolder(), RATE_LIMIT_PER_MINUTE: "0" };
      const server = await listen(command, environment);
      for (const stream of STREAMS) await create(server, stream);
      const sending = STREAMS.map((stream) => sendUntilStopped(server, stream));
      await new Promise((resolve) => setTimeout(resolve, 700));
      await end(server);
      const batches = await Promise.all(sending);
      const again = await listen(command, environment);
      for (const [index, stream] of STREAMS.entries()) {
        assert(batches[index] > 0);
        const engine = engineOf(stream, batches[index]), snapshot = await snapshotOf(again, stream);
        // A write that was kept may have lost its answer to the stop: one more than was acknowledged, never one less.
        if (restored(snapshot).status().points > engine.status().points) engine.learn(batchOf(stream, batches[index]));
        assertEquals(snapshot, engine.snapshot());
      }
      await end(again);
    });

    it("says that a database is damaged, or a newer build's, and does not start", async () => {
      const damaged = newFolder(), newer = newFolder();
      writeFileSync(join(damaged, "ncs.db"), "no database at all, but long enough to be taken for one".repeat(100));
      const database = new DatabaseSync(join(newer, "ncs.db"));
      database.exec("PRAGMA user_version = 999");
      database.close();
      for (const [DATA_DIR, reason] of [[damaged, `${damaged}/ncs.db: file is not a database`], [newer, "newer"]]) {
        const { code, stderr } = await finish(command, { PORT: "0", DATA_DIR });
        assertEquals(code, 1);
        assertStringIncludes(stderr, "the store cannot be opened");
        assertStringIncludes(stderr, reason);
      }
    });
  });
}
