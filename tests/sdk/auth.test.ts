/** Who may do what, and a stream that goes offline and comes back: the client against the real server, on both runtimes. */
import { after, describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { AuthenticationError, NeuroClusterClient } from "../../sdk/js/src/index.ts";
import { NeuroClusterLocal } from "../../sdk/js/src/local.ts";
import { blobs, kernel } from "../kernel.ts";
import { COMMANDS, killLeftovers, withServer } from "./serve.ts";

after(killLeftovers);

const DIMS = 3, first = new Float32Array(blobs(1000, DIMS)), second = new Float32Array(blobs(1000, DIMS, 2));

async function admin(baseUrl: string): Promise<NeuroClusterClient> {
  const client = new NeuroClusterClient({ baseUrl });
  await client.login("admin", "admin123");
  return client;
}

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`a session with the server on ${name}`, () => {
    it("begins, renews, says who it is, and ends", async () => {
      await withServer(command, async ({ url }) => {
        const client = new NeuroClusterClient({ baseUrl: url });
        await assertRejects(() => client.streams.list(), AuthenticationError);
        await assertRejects(() => client.login("admin", "wrong"), AuthenticationError);
        const { token_type } = await client.login("admin", "admin123");
        assertEquals([token_type, (await client.me()).name], ["bearer", "admin"]);
        const { access_token } = await client.refresh();
        await client.streams.list();
        await client.logout();
        await assertRejects(() => client.streams.list(), AuthenticationError);
        const revoked = new NeuroClusterClient({ baseUrl: url, token: access_token });
        await assertRejects(() => revoked.streams.list(), AuthenticationError);
      });
    });

    it("makes keys that may do what they say, until they are deleted", async () => {
      await withServer(command, async ({ url }) => {
        const client = await admin(url);
        const made = await client.apiKeys.create({ name: "sensor", scopes: ["write"], streams: ["default"] });
        const sensor = new NeuroClusterClient({ baseUrl: url, apiKey: made.api_key });
        await sensor.processPoints([[1, 2]]);
        await assertRejects(() => sensor.snapshot(), AuthenticationError);
        await assertRejects(() => sensor.streams.create({ name: "other" }), AuthenticationError);
        assert((await client.apiKeys.list()).some(({ id }) => id === made.id));
        await client.apiKeys.delete(made.id);
        await assertRejects(() => sensor.processPoints([[1, 2]]), AuthenticationError);
      });
    });

    it("takes a stream offline and brings it back, or what was learned offline", async () => {
      await withServer(command, async ({ url }) => {
        const client = await admin(url), local = await NeuroClusterLocal.create({ kernel });
        await client.processPoints(first, { dims: DIMS });
        await local.restore(await client.snapshot());
        await local.processPoints(second, { dims: DIMS });
        await client.restore(await local.snapshot());
        assertEquals((await client.algorithmStatus()).total_points_processed, 2000);
        assertEquals(await client.assign(second, { dims: DIMS }), await local.assign(second, { dims: DIMS }));
        const other = await NeuroClusterLocal.create({ kernel });
        await other.processPoints(second, { dims: DIMS });
        for (const one of [client, local]) await one.merge(await other.snapshot());
        assertEquals(await client.snapshot(), await local.snapshot());
        assertEquals((await client.algorithmStatus()).total_points_processed, 3000);
      });
    });
  });
}
