/** Writes while the server is killed and started again: no point lost, none learned twice. */
import { after, describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { blobs } from "../../../tests/kernel.ts";
import { COMMANDS, killLeftovers, withServer } from "../../../tests/sdk/serve.ts";
import { NeuroClusterClient } from "../src/index.ts";

after(killLeftovers);

const DIMS = 3, LANES = 4, WRITES = 60, POINTS = 40, KILLS = [50, 130, 200];

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`the client while the server on ${name} is killed`, () => {
    it("has every point learned once", async () => {
      const code = await withServer(command, async (server) => {
        const client = new NeuroClusterClient({ baseUrl: server.url, apiKey: "YOUR_API_KEY", retries: 20 });
        const points = new Float32Array(blobs(POINTS, DIMS));
        let done = 0;
        const lane = async () => {
          for (let write = 0; write < WRITES; write++) {
            assertEquals((await client.processPoints(points, { dims: DIMS })).length, POINTS);
            if (KILLS.includes(++done)) await server.restart();
          }
        };
        await Promise.all(Array.from({ length: LANES }, lane));
        assertEquals((await client.algorithmStatus()).total_points_processed, LANES * WRITES * POINTS);
      });
      assertEquals(code, 0);
    });
  });
}
