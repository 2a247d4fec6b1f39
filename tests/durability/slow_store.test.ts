/** A store that takes a write and never answers: what waits for it is bounded, and what is beyond is refused at once. */
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../../src/service/clock.ts";
import type { Problem } from "../../src/service/http/problem.ts";
import { Journal } from "../../src/service/streams/journal.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { createTestApp, octetPost, type TestApp } from "../service/app.ts";

/** What the journal holds at most, of all streams. */
const HELD_BYTES_MAX = 256 * 2 ** 20, HELD_ENTRIES_MAX = 16_384;

class SilentStore extends MemoryStore {
  isSilent = true;
  #waiting: (() => void)[] = [];

  override async append(entries: Parameters<MemoryStore["append"]>[0]): Promise<void> {
    if (this.isSilent) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await super.append(entries);
  }

  speak(): void {
    this.isSilent = false;
    this.#waiting.splice(0).forEach((resolve) => resolve());
  }
}

const post = (app: TestApp) => app.request("/api/v1/process_points", octetPost(new Float32Array([1]), { dims: "1" }));

/** Posts so many, in pieces that the stream's turns take. */
async function postMany(app: TestApp, count: number): Promise<Promise<Response>[]> {
  const waiting: Promise<Response>[] = [];
  while (waiting.length < count) {
    for (let piece = 0; piece < 512; piece++) waiting.push(post(app));
    await new Promise((resolve) => setTimeout(resolve, 1));
    await soonQuiet(app);
  }
  return waiting;
}

/** A read of the stream has its turn behind the writes: then the journal has them. */
async function soonQuiet(app: TestApp): Promise<void> {
  await app.get("/api/v1/algorithm_status");
}

describe("with a store that does not answer", () => {
  it("the service holds so many writes at most, refuses more at once, and keeps what it holds in the end", async () => {
    const store = new SilentStore(), app = createTestApp({ store });
    const waiting = await postMany(app, HELD_ENTRIES_MAX);
    const refusal = await post(app);
    assertEquals([refusal.status, refusal.headers.get("content-type")], [503, "application/problem+json"]);
    assertEquals([(await refusal.json()).code, refusal.headers.get("retry-after")], ["overloaded", "1"]);
    store.speak();
    for (const answer of waiting) assertEquals((await answer).status, 200);
    assertEquals((await post(app)).status, 200);
    assertEquals((await app.get("/api/v1/algorithm_status")).total_points_processed, waiting.length + 1);
    await app.close();
  });

  it("the journal holds so many octets at most, of all streams", async () => {
    const store = new SilentStore(), journal = new Journal(store, systemClock);
    // One buffer stands for all: what is counted is what each would hold.
    const body = new Uint8Array(2 ** 20), run = {};
    const kept: Promise<void>[] = [];
    const fits = () => {
      try {
        journal.check(body.byteLength);
        return true;
      } catch (error) {
        assertEquals((error as Problem).code, "overloaded");
        return false;
      }
    };
    for (let sequence = 1; fits(); sequence++) {
      assert(await store.createStream({ name: `${sequence}`, dims: 1, parameters: {}, created: 0, creator: null }));
      kept.push(journal.append({ stream: `${sequence}`, sequence: 1, time: 0, kind: "f32", body, events: [] }, run));
    }
    assertEquals(kept.length, HELD_BYTES_MAX / body.byteLength);
    store.speak();
    await Promise.all(kept);
    assert(fits());
    journal.close();
  });
});
