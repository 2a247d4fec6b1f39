/** Events and the WebSocket of the real server, on both runtimes. */
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { AuthenticationError, NeuroClusterClient, type StreamEvent, ValidationError } from "../../sdk/js/src/index.ts";
import { NeuroClusterLocal } from "../../sdk/js/src/local.ts";
import { blobs, kernel, toRows } from "../kernel.ts";
import { COMMANDS, killLeftovers, withServer } from "./serve.ts";

after(killLeftovers);

const DIMS = 3, BATCH = 100, OCTETS = new Float32Array(blobs(3000, DIMS)), ROWS = toRows(OCTETS, DIMS);
const batchOf = (at: number) => OCTETS.subarray(at * BATCH * DIMS, (at + 1) * BATCH * DIMS);
const connect = (baseUrl: string) => new NeuroClusterClient({ baseUrl, apiKey: "YOUR_API_KEY" });

/** The first events of a stream. */
async function take(events: AsyncIterable<StreamEvent>, count: number): Promise<StreamEvent[]> {
  const taken: StreamEvent[] = [];
  for await (const event of events) if (taken.push(event) === count) break;
  return taken;
}

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`what the server on ${name} sends`, () => {
    it("are the events that there are without a server, as they come and by pages", async () => {
      await withServer(command, async ({ url }) => {
        const client = connect(url), local = await NeuroClusterLocal.create({ kernel });
        await client.processPoints(OCTETS, { dims: DIMS });
        await local.processPoints(OCTETS, { dims: DIMS });
        const { events, next_after } = await client.listEvents({ after: 0, limit: 2 });
        const expected = await take(local.events({ after: 0 }), 2);
        const untimed = (list: StreamEvent[]) => list.map(({ time: _, ...event }) => event);
        assertEquals(untimed(events), untimed(expected));
        assertEquals(next_after, 2);
        assertEquals(untimed(await take(client.events({ after: 0 }), 2)), untimed(expected));
        const last = (await client.listEvents({ limit: 1000 })).events.at(-1)!.sequence;
        const coming = take(client.events(), 1);
        await sleep(300);
        await client.processPoints(OCTETS.map((x) => x + 500), { dims: DIMS });
        assertEquals((await coming)[0].sequence, last + 1);
      });
    });

    it("are events to follow over a restart", async () => {
      await withServer(command, async (server) => {
        const client = connect(server.url);
        await client.processPoints(OCTETS, { dims: DIMS });
        const count = (await client.listEvents({ after: 0, limit: 1000 })).events.length,
          following = take(
            client.events({ after: 0 }),
            count + 1,
          );
        await sleep(300);
        await server.restart();
        await client.processPoints(OCTETS.map((x) => x + 500), { dims: DIMS });
        assertEquals(
          (await following).map(({ sequence }) => sequence),
          Array.from({ length: count + 1 }, (_, at) => at + 1),
        );
      });
    });

    it("are answers over a WebSocket, the same as over HTTP", async () => {
      await withServer(command, async ({ url }) => {
        const local = await NeuroClusterLocal.create({ kernel }), ids: number[] = [];
        const client = connect(url);
        const socket = await client.connect({
          dims: DIMS,
          pointsInFlight: 500,
          onUpdate: (update) => ids.push(...update.cluster_ids ?? update.results!.map(({ cluster_id }) => cluster_id)),
        });
        for (let at = 0; at < 20; at++) await socket.send(batchOf(at));
        await socket.drain();
        await socket.send(ROWS.slice(2000));
        await socket.drain();
        assertEquals(Int32Array.from(ids), await local.processPoints(OCTETS, { dims: DIMS }));
        assertEquals((await socket.status()).total_points_processed, 3000);
        const error = await assertRejects(() => socket.process([[1, 2]]), ValidationError);
        assertEquals(error.code, "dims_mismatch");
        await socket.process([[1, 2, 3]]);
        await socket.close();
      });
    });

    it("is a WebSocket that goes on after a restart, or is refused to strangers", async () => {
      await withServer(command, async (server) => {
        const socket = await connect(server.url).connect({ dims: DIMS });
        await socket.process(batchOf(0));
        await server.restart();
        await sleep(100);
        const update = await socket.process(batchOf(1));
        assert(update.type === "cluster_update");
        assertEquals((await socket.status()).total_points_processed, 200);
        await socket.close();
        const stranger = new NeuroClusterClient({ baseUrl: server.url, apiKey: "no key", retries: 0 });
        await assertRejects(() => stranger.connect(), AuthenticationError);
      });
    });
  });
}
