/** Who may do what, and a stream that goes offline and comes back: the client against the real server, on both runtimes. */
import { after, before, describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { AuthenticationError, NeuroClusterClient } from "../../sdk/js/src/index.ts";
import { NeuroClusterLocal } from "../../sdk/js/src/local.ts";
import { blobs, kernel } from "../kernel.ts";
import { COMMANDS, killLeftovers, type Running, startServer } from "./serve.ts";

after(killLeftovers);

const DIMS = 3, first = new Float32Array(blobs(1000, DIMS)), second = new Float32Array(blobs(1000, DIMS, 2));

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`a session with the server on ${name}`, () => {
    let server: Running, client: NeuroClusterClient;
    before(async () => {
      server = await startServer(command);
      client = new NeuroClusterClient({ baseUrl: server.url });
      await client.login("admin", "admin123");
    });
    after(() => server.stop());

    it("begins, renews, says who it is, and ends", async () => {
      const other = new NeuroClusterClient({ baseUrl: server.url });
      await assertRejects(() => other.streams.list(), AuthenticationError);
      await assertRejects(() => other.login("admin", "wrong"), AuthenticationError);
      const { token_type } = await other.login("admin", "admin123");
      assertEquals([token_type, (await other.me()).name], ["bearer", "admin"]);
      const { access_token } = await other.refresh();
      await other.streams.list();
      await other.logout();
      await assertRejects(() => other.streams.list(), AuthenticationError);
      const revoked = new NeuroClusterClient({ baseUrl: server.url, token: access_token });
      await assertRejects(() => revoked.streams.list(), AuthenticationError);
    });

    it("makes keys that may do what they say, until they are deleted", async () => {
      const made = await client.apiKeys.create({ name: "sensor", scopes: ["write"], streams: ["default"] });
      const sensor = new NeuroClusterClient({ baseUrl: server.url, apiKey: made.api_key });
      await sensor.processPoints([[1, 2]]);
      await assertRejects(() => sensor.snapshot(), AuthenticationError);
      await assertRejects(() => sensor.streams.create({ name: "other" }), AuthenticationError);
      assert((await client.apiKeys.list()).some(({ id }) => id === made.id));
      await client.apiKeys.delete(made.id);
      await assertRejects(() => sensor.processPoints([[1, 2]]), AuthenticationError);
    });

    it("takes a stream offline and brings it back, or what was learned offline", async () => {
      await client.streams.create({ name: "roaming" });
      const stream = client.stream("roaming"), local = await NeuroClusterLocal.create({ kernel });
      await stream.processPoints(first, { dims: DIMS });
      await local.restore(await stream.snapshot());
      await local.processPoints(second, { dims: DIMS });
      await stream.restore(await local.snapshot());
      assertEquals((await stream.algorithmStatus()).total_points_processed, 2000);
      assertEquals(await stream.assign(second, { dims: DIMS }), await local.assign(second, { dims: DIMS }));
      const other = await NeuroClusterLocal.create({ kernel });
      await other.processPoints(second, { dims: DIMS });
      for (const one of [stream, local]) await one.merge(await other.snapshot());
      assertEquals(await stream.snapshot(), await local.snapshot());
      assertEquals((await stream.algorithmStatus()).total_points_processed, 3000);
      await client.streams.delete("roaming");
    });
  });
}
