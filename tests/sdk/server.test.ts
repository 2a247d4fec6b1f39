/** The client against the real server, on both runtimes. */
import { after, before, describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { NeuroClusterClient, type StreamInfo, ValidationError } from "../../sdk/js/src/index.ts";
import { NeuroClusterLocal } from "../../sdk/js/src/local.ts";
import { blobs, kernel, toRows } from "../kernel.ts";
import { COMMANDS, killLeftovers, type Running, startServer } from "./serve.ts";

after(killLeftovers);

const DIMS = 3, ROWS = toRows(blobs(1000, DIMS), DIMS), OCTETS = new Float32Array(blobs(5000, DIMS, 2));

/** What two streams have in common that were made at different times. */
const withoutTimes = ({ created_at: _, ...info }: StreamInfo) => info;

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`the client with the server on ${name}`, () => {
    let server: Running, client: NeuroClusterClient;
    before(async () => {
      server = await startServer(command);
      client = new NeuroClusterClient({ baseUrl: server.url, apiKey: "YOUR_API_KEY" });
    });
    after(async () => assertEquals(await server.stop(), 0));

    it("gets what the same verbs answer without a server", async () => {
      const local = await NeuroClusterLocal.create({ kernel });
      assertEquals((await client.health()).algorithm_ready, true);
      assertEquals(
        await client.processPoints(ROWS, { include: "layers" }),
        await local.processPoints(ROWS, { include: "layers" }),
      );
      assertEquals(
        await client.processPoints(ROWS, { detail: "ids" }),
        await local.processPoints(ROWS, { detail: "ids" }),
      );
      assertEquals(
        await client.processPoints(OCTETS, { dims: DIMS }),
        await local.processPoints(OCTETS, { dims: DIMS }),
      );
      const centers = async (from: NeuroClusterClient | NeuroClusterLocal) =>
        (await from.clustersSummary({ min_size: 1 })).clusters.map(({ center }) => center);
      assertEquals(await centers(client), await centers(local));
      assertEquals((await client.algorithmStatus()).total_points_processed, 7000);
      const error = await assertRejects(() => client.processPoints([[1, 2, 3], [1, 2]]), ValidationError);
      assertEquals([error.code, error.errors[0].pointer], ["ragged_rows", "/points/1"]);
      await assertRejects(() => client.clustersSummary({ limit: -1 }), ValidationError, "limit");
    });

    it("has streams by name, as there are without a server", async () => {
      const local = await NeuroClusterLocal.create({ kernel });
      const infos: StreamInfo[][] = [];
      for (const one of [client, local]) {
        const made = await one.streams.create({ name: "a", parameters: { max_clusters: 9 } });
        await one.stream("a").processPoints(ROWS);
        const known = await one.streams.get("a");
        const set = await one.streams.update("a", { parameters: { outlier_threshold: 0.9 } });
        infos.push([made, known, set]);
        assert((await one.streams.list()).some(({ name }) => name === "a"));
        const missing = await assertRejects(() => one.streams.get("b"), ValidationError);
        assertEquals([missing.code, missing.status], ["stream_not_found", 404]);
        assertEquals(
          (await assertRejects(() => one.streams.create({ name: "a" }), ValidationError)).code,
          "stream_exists",
        );
      }
      assertEquals(infos[0].map(withoutTimes), infos[1].map(withoutTimes));
      const { cluster_ids, clusters } = await client.stream("a").processBatch(ROWS, { include_outliers: false });
      assertEquals(new Int32Array(cluster_ids!), await local.stream("a").processPoints(ROWS, { detail: "ids" }));
      assert(clusters.length > 1);
    });
  });
}
