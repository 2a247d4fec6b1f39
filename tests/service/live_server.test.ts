/** What is live, on the real servers. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { blobs, kernel, toRows } from "../kernel.ts";
import { EventReader, sequence } from "./event_stream.ts";
import { HANDSHAKE } from "./fake_socket.ts";
import { COMMANDS, killLeftovers, listen, type Server } from "./processes.ts";
import { connectDeaf, connectDeafSocket, connectSocket, frameOfText } from "./sockets.ts";

after(killLeftovers);

const KEY = { "x-api-key": "YOUR_API_KEY" };
const UNLIMITED = { RATE_LIMIT_PER_MINUTE: "0" };
const DIMS = 3, POINTS = blobs(3000, DIMS);
const ROWS = toRows(POINTS, DIMS);

async function get(server: Server, path: string) {
  return await (await fetch(server.url + path, { headers: KEY })).json();
}

async function subscribe(server: Server, after: number): Promise<EventReader> {
  const headers = { ...KEY, accept: "text/event-stream", "last-event-id": String(after) };
  return new EventReader(await fetch(`${server.url}/api/v1/events`, { headers }));
}

async function post(server: Server, points: number[][]): Promise<void> {
  const headers = { ...KEY, "content-type": "application/json" };
  const body = JSON.stringify({ points });
  const response = await fetch(`${server.url}/api/v1/process_points`, { method: "POST", headers, body });
  assertEquals(response.status, 200);
  await response.body!.cancel();
}

async function stop(server: Server): Promise<void> {
  process.kill(server.pid, "SIGTERM");
  assertEquals(await server.exit, 0);
}

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`what is live on ${name}`, () => {
    it("labels points by socket as the engine does, and ends with 1001 when every answer is sent", async () => {
      const server = await listen(command, UNLIMITED);
      const socket = await connectSocket(server, "&dims=3");
      const learned = new Float32Array(POINTS.slice(0, 1500 * DIMS));
      const { ids } = Engine.create(kernel, DIMS).learn(learned);
      socket.say(learned.slice(0, 1000 * DIMS).buffer);
      socket.say({ type: "batch", points: toRows(learned.slice(1000 * DIMS, 1300 * DIMS), DIMS) });
      const rows = toRows(learned.slice(1300 * DIMS), DIMS);
      rows.forEach((point, id) => socket.say({ type: "point", point, id }));
      const [octets, batch, ...points] = await socket.answers(202);
      assertEquals(points.map(({ id }) => id), sequence(0, 199));
      const results = [...batch.results, ...points.flatMap(({ results }) => results)];
      assertEquals([...octets.cluster_ids, ...results.map(({ cluster_id }) => cluster_id)], Array.from(ids));
      for (let id = 0; id < 100; id++) socket.say({ type: "point", point: ROWS[id], id });
      await socket.answers(1);
      process.kill(server.pid, "SIGTERM");
      // What came before the signal is answered; what comes after it may be.
      const code = await socket.closed;
      // A connection that is reset as the process ends hides the code from Deno's client, which then says 0.
      assert([1001, 0].includes(code), `closed with ${code}`);
      assertEquals(await server.exit, 0);
    });

    it("sends events once and in order through a client that comes again, and through a restart", async () => {
      const environment = { ...UNLIMITED, DATA_DIR: mkdtempSync(join(tmpdir(), "ncs-live-")) };
      const first = await listen(command, environment);
      const reader = await subscribe(first, 0);
      for (let from = 0; from < 1000; from += 100) await post(first, ROWS.slice(from, from + 100));
      const before = (await get(first, "/api/v1/events?limit=1000")).next_after;
      assert(before > 1);
      assertEquals(await reader.ids(before), sequence(1, before));
      await post(first, ROWS.slice(1000, 2000).map((row) => row.map((value) => -3 * value)));
      await stop(first);
      const second = await listen(command, environment);
      const again = await subscribe(second, before);
      await post(second, ROWS.slice(2000).map((row) => row.map((value) => 9 * value)));
      const last = (await get(second, "/api/v1/events?limit=1000")).next_after;
      assert(last > before + 1);
      assertEquals(await again.ids(last - before), sequence(before + 1, last));
      await stop(second);
      assertEquals(await again.next(), undefined);
    });

    it("refuses an upgrade with a problem document", async () => {
      const server = await listen(command, UNLIMITED);
      const answerTo = async (query: string, headers: Record<string, string>) => {
        const socket = await connectDeaf(server.port, `/ws/stream${query}`, headers);
        socket.resume();
        let text = "";
        // Head and body may come apart.
        while (!/"code":"\w+"/.test(text)) {
          text += await new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
        }
        socket.destroy();
        return [Number(text.slice(9, 12)), /"code":"(\w+)"/.exec(text)?.[1]];
      };
      assertEquals(await answerTo("?api_key=YOUR_API_KEY", {}), [426, "upgrade_required"]);
      assertEquals(await answerTo("?api_key=wrong", HANDSHAKE), [401, "invalid_credentials"]);
      const foreign = { ...HANDSHAKE, Origin: "http://elsewhere.example" };
      assertEquals(await answerTo("?api_key=YOUR_API_KEY", foreign), [403, "forbidden"]);
      await stop(server);
    });

    it("a client that reads nothing costs bounded memory and slows nobody", async () => {
      const server = await listen(command, UNLIMITED);
      const memory = async () => (await get(server, "/api/v1/algorithm_status")).memory_usage_mb.process;
      await connectDeaf(server.port, "/api/v1/events?after=0", { ...KEY, Accept: "text/event-stream" });
      await post(server, ROWS);
      const before = await memory();
      const deaf = await connectDeafSocket(server.port);
      const frame = frameOfText(JSON.stringify({ type: "batch", points: ROWS.slice(0, 1000) }));
      // About 60 MB of answers, if it were let.
      for (let sent = 0; sent < 400 && !deaf.destroyed; sent += 20) {
        for (let at = 0; at < 20; at++) deaf.write(frame);
        const began = performance.now();
        await post(server, ROWS.slice(0, 100));
        const time_ms = performance.now() - began;
        assert(time_ms < 3000, `a write took ${time_ms} ms`);
      }
      const growth = await memory() - before;
      // Resident memory holds what the collector has not looked at yet; the bound on unread answers itself is held by
      // the test of sockets without a network.
      assert(growth < 300, `${growth} MB`);
      deaf.destroy();
      await stop(server);
    });
  });
}
