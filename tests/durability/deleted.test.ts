/** A stream that is deleted while others are at work on it. */
import { describe, it } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import type { Problem } from "../../src/service/http/problem.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { blobs } from "../kernel.ts";
import { openStreams } from "./streams.ts";

const DIMS = 2, NAME = "short";
const points = new Float64Array(blobs(50, DIMS));

/** A store that takes its time, and refuses deletions when it is told to. */
class SlowStore extends MemoryStore {
  refuses = false;

  override async append(entries: Parameters<MemoryStore["append"]>[0]): Promise<void> {
    await later();
    await super.append(entries);
  }

  override async deleteStream(name: string): Promise<boolean> {
    await later();
    if (this.refuses) throw new Error("the disk is full");
    return await super.deleteStream(name);
  }
}

const later = () => new Promise<void>((resolve) => setTimeout(resolve, 2));

async function madeStream() {
  const store = new SlowStore();
  const { streams } = openStreams(store);
  await streams.create(NAME, null, {}, "user:someone");
  const learn = async () => {
    await (await streams.get(NAME)).learn(points, DIMS);
  };
  await learn();
  return { store, streams, learn };
}

describe("a stream that is deleted", () => {
  it("is gone for whoever asks meanwhile: no write fails in another way, no state stays in memory", async () => {
    const { streams, learn } = await madeStream();
    const codes = new Set<string>();
    const note = (error: Problem) => void codes.add(error.code ?? error.message);
    const writes: Promise<void>[] = [];
    let isDeleted = false;
    const deletion = streams.delete(NAME).then(() => isDeleted = true);
    while (!isDeleted) {
      writes.push(learn().catch(note));
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    await Promise.all([deletion, ...writes]);
    assertEquals([...codes], ["stream_not_found"]);
    assertEquals(Array.from(streams.live(), ({ name }) => name), []);
    await assertRejects(learn);
  });

  it("begins anew when it is made again at once", async () => {
    const { streams, learn } = await madeStream();
    const deletion = streams.delete(NAME);
    const looks = Array.from({ length: 20 }, async () => await (await streams.get(NAME)).state().catch(() => {}));
    await Promise.all([deletion, ...looks]);
    await streams.create(NAME, 7, {}, "user:someone");
    const { dims, engine } = await (await streams.get(NAME)).state();
    assertEquals([dims, engine], [7, undefined]);
    await assertRejects(learn);
  });

  it("is as it was where the store does not delete it", async () => {
    const { store, streams, learn } = await madeStream(), stream = await streams.get(NAME);
    store.refuses = true;
    await assertRejects(() => streams.delete(NAME));
    await stream.learn(points, DIMS);
    await learn();
    assertEquals((await stream.state()).engine?.status().points, 150);
  });
});
