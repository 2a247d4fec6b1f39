/** An app on a host that lets go of it between requests. */
import { describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { MemoryStore } from "../../src/store/mod.ts";
import { createAccountsApp, login } from "./accounts.ts";
import { createTestApp, jsonPost } from "./app.ts";

const DAY_MS = 24 * 3600 * 1000;

describe("createApp without a lasting host", () => {
  it("writes no administrator until somebody signs in", async () => {
    const store = new MemoryStore();
    const app = createAccountsApp({}, { store, more: { isLasting: false } });
    assertEquals((await app.request("/health")).status, 200);
    assertEquals(await store.user("admin"), undefined);
    assertEquals((await login(app)).status, 200);
    await app.close();
  });

  it("sweeps when it is told: an answer of more than a day ago is gone", async () => {
    const store = new MemoryStore();
    const app = createTestApp({ store, more: { isLasting: false } });
    const learn = () =>
      app.request("/api/v1/process_points", jsonPost('{"points":[[1]]}', { "idempotency-key": "one" }));
    const learned = async () => (await app.get("/api/v1/streams/default")).total_points_processed;
    await learn();
    await app.sweep();
    await learn();
    assertEquals(await learned(), 1);
    app.wait(DAY_MS + 1);
    await app.sweep();
    await learn();
    assertEquals(await learned(), 2);
    await app.close();
  });
});
