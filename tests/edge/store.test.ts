/** The contract of the stores, held against Durable Objects in workerd. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { buildWorker } from "../../src/hosts/edge/build.ts";
import { ConflictError, type Store } from "../../src/store/mod.ts";
import { describeStore } from "../store/contract.ts";
import { answer, entry, snapshot, stream } from "../store/things.ts";
import { startWorker, type Worker } from "./miniflare.ts";
import { decode, encode } from "./wire.ts";
import { OBJECTS } from "./wrangler.ts";

const folder = mkdtempSync(join(tmpdir(), "ncs-edge-store-"));
let worker: Worker | undefined;
let opened = 0;

/** A store of its own, in workerd. */
function openStore(kind: "directory" | "stream"): Store {
  const place = `${worker!.url}/${kind}/${++opened}`;
  const call = async (method: string, args: unknown[]) => {
    const response = await fetch(place, { method: "POST", body: encode({ method, args }) });
    const said = decode(await response.text());
    if (response.ok) return said.answer;
    throw said.name === "ConflictError" ? new ConflictError(said.message) : new Error(`${said.name}: ${said.message}`);
  };
  return new Proxy({} as Store, {
    get: (_, method) => method === "then" ? undefined : (...args: unknown[]) => call(String(method), args),
  });
}

describe("stores in Durable Objects", () => {
  before(async () => {
    buildWorker(fileURLToPath(new URL("store_worker.ts", import.meta.url)), folder);
    worker = await startWorker(folder, join(folder, "data"), OBJECTS);
  });
  after(async () => {
    await worker?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  for (const kind of ["directory", "stream"] as const) {
    describeStore(`Durable Object of a ${kind}`, () => {
      return Promise.resolve({ store: openStore(kind), close: () => Promise.resolve() });
    });
  }

  it("StreamStore keeps bodies of more than a row whole, and lets go of all their parts", async () => {
    const store = openStore("stream"), body = crypto.getRandomValues(new Uint8Array(60_000));
    const large = new Uint8Array(2.5 * 2 ** 20).map((_, i) => body[i % 60_000] ^ (i >> 16));
    const exact = large.subarray(0, 2 ** 20);
    await store.createStream(stream("a"));
    await store.append([entry("a", 1, { body: large, answer: answer("k", { body: large }) })]);
    await store.append([entry("a", 2, { body: exact })]);
    const { entries } = (await store.load("a"))!;
    assertEquals(entries.map(({ body }) => body.byteLength), [large.byteLength, exact.byteLength]);
    assertEquals(entries[0].body, large);
    assertEquals((await store.answer("a", "k"))!.body, large);
    await store.saveSnapshot("a", { ...snapshot(2), body: large });
    await store.saveSnapshot("a", snapshot(1));
    assertEquals((await store.load("a"))!.snapshot!.body, large);
    await store.saveSnapshot("a", snapshot(2));
    assertEquals([...(await store.load("a"))!.snapshot!.body], [7, 7, 2]);
    await store.append([entry("a", 3, { body: large, answer: answer("k") })]);
    assertEquals([...(await store.answer("a", "k"))!.body], [123, 125]);
    assertEquals((await store.load("a"))!.entries[0].body, large);
  });
});
