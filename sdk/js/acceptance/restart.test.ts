/** Writes while the server is killed and started again: no point lost, none learned twice. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { NeuroClusterClient } from "../src/index.ts";
import { blobs } from "../../../tests/kernel.ts";
import { killLeftovers, listen } from "../../../tests/service/processes.ts";

after(killLeftovers);

const DIMS = 3, LANES = 4, WRITES = 60, POINTS = 40, KILLS = [50, 130, 200];

const DENO = "npx -y deno@2.9.6 run -A --no-check sdk/js/acceptance/durable.ts";

describe("the client while the server is killed", () => {
  it("has every point learned once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ncs-restart-"));
    const start = (port: number) => listen(`${DENO} ${port} ${join(folder, "ncs.sqlite")}`);
    let server = await start(0), done = 0;
    const client = new NeuroClusterClient({ baseUrl: server.url, apiKey: "YOUR_API_KEY", retries: 20 });
    const points = new Float32Array(blobs(POINTS, DIMS));
    const lane = async () => {
      for (let write = 0; write < WRITES; write++) {
        const ids = await client.processPoints(points, { dims: DIMS });
        assertEquals(ids.length, POINTS);
        if (!KILLS.includes(++done)) continue;
        process.kill(server.pid, "SIGKILL");
        await server.exit;
        server = await start(server.port);
      }
    };
    try {
      await Promise.all(Array.from({ length: LANES }, lane));
      assertEquals((await client.algorithmStatus()).total_points_processed, LANES * WRITES * POINTS);
    } finally {
      process.kill(server.pid, "SIGKILL");
      await server.exit;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
