/** The client and real servers on both runtimes, where connections break and the server refuses for a while. */
import { connect, createServer, type Server as Proxy, type Socket } from "node:net";
import process from "node:process";
import { after, describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { NeuroClusterClient, RateLimitError } from "../../sdk/js/src/index.ts";
import { NeuroClusterLocal } from "../../sdk/js/src/local.ts";
import { blobs, kernel } from "../kernel.ts";
import { COMMANDS, killLeftovers, listen } from "../service/processes.ts";

after(killLeftovers);

const DIMS = 3, BATCHES = 12;
const points = (index: number) => new Float32Array(blobs(100, DIMS, index));

/** Stands before a server, and breaks every second connection when the answer begins: the request was taken. */
async function breakingProxy(port: number): Promise<{ port: number; broken(): number; close(): void }> {
  let connections = 0, broken = 0;
  const open = new Set<Socket>();
  const proxy: Proxy = createServer((client) => {
    const isBroken = connections++ % 2 === 0;
    const server = connect(port, "127.0.0.1");
    for (const socket of [client, server]) open.add(socket.on("error", () => {}));
    client.pipe(server);
    server.on("data", (chunk) => {
      if (!isBroken) {
        client.write(chunk);
        return;
      }
      broken++;
      client.destroy();
      server.destroy();
    });
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    port: (proxy.address() as { port: number }).port,
    broken: () => broken,
    close: () => {
      proxy.close();
      open.forEach((socket) => socket.destroy());
    },
  };
}

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`the client with the server on ${name}`, () => {
    it("has every point learned once though answers are lost on the way", async () => {
      const server = await listen(command, { RATE_LIMIT_PER_MINUTE: "0" });
      const proxy = await breakingProxy(server.port);
      const local = await NeuroClusterLocal.create({ kernel });
      const client = new NeuroClusterClient({
        baseUrl: `http://127.0.0.1:${proxy.port}`,
        apiKey: "YOUR_API_KEY",
        retries: 8,
      });
      for (let index = 0; index < BATCHES; index++) {
        const batch = points(index);
        assertEquals(
          await client.processPoints(batch, { dims: DIMS }),
          await local.processPoints(batch, { dims: DIMS }),
        );
      }
      assert(proxy.broken() > 0, "no connection was broken");
      assertEquals((await client.algorithmStatus()).total_points_processed, BATCHES * 100);
      proxy.close();
      process.kill(server.pid, "SIGTERM");
      assertEquals(await server.exit, 0);
    });

    it("is told how long the server refuses", async () => {
      const server = await listen(command, { RATE_LIMIT_PER_MINUTE: "3" });
      const client = new NeuroClusterClient({ baseUrl: server.url, apiKey: "YOUR_API_KEY", retries: 0 });
      for (let index = 0; index < 3; index++) await client.processPoints(points(index), { dims: DIMS });
      const error = await assertRejects(() => client.processPoints(points(4), { dims: DIMS }), RateLimitError);
      assert(error.retryAfter_ms! >= 1000 && error.retryAfter_ms! <= 60_000, `${error.retryAfter_ms} ms`);
      process.kill(server.pid, "SIGTERM");
      assertEquals(await server.exit, 0);
    });
  });
}
