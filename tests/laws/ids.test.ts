import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Engine, type StreamEvent } from "../../src/engine/mod.ts";
import { kernel } from "../kernel.ts";
import { cut } from "./compare.ts";
import { eventful, SEED, seeded } from "./streams.ts";

const DIMS = 2, POINTS = 60_000;

/** Learns a restless stream; answers each batch's ids with the events that came with them. */
function restless(): { ids: Int32Array; events: StreamEvent[] }[] {
  const engine = Engine.create(kernel, DIMS, { learningRate: 0.3 }), points = eventful(seeded("ids"), POINTS, DIMS);
  return [...cut(points, DIMS, () => 100)].map((batch) => ({
    ids: engine.learn(batch).ids,
    events: engine.takeEvents(),
  }));
}

describe(`ids (seed ${SEED})`, () => {
  const batches = restless(), events = batches.flatMap((batch) => batch.events);

  it("are born once, later ones higher", () => {
    const born = events.filter(({ type }) => type === "born" || type === "split");
    const ids = born.map(({ id }) => id), inOrder = born.toSorted((a, b) => a.point - b.point || a.id - b.id);
    assert(ids.length > 10, `only ${ids.length} clusters were born: the stream is no test`);
    assertEquals(new Set(ids).size, ids.length);
    assertEquals(inOrder.map(({ id }) => id), ids.toSorted((a, b) => a - b));
  });

  it("never come back once their cluster died or was merged", () => {
    const gone = new Set<number>();
    assert(events.some(({ type }) => type === "died" || type === "merged"), "none died: the stream is no test");
    for (const batch of batches) {
      const returned = batch.ids.find((id) => gone.has(id));
      assertEquals(returned, undefined);
      for (const { type, id } of batch.events) if (type === "died" || type === "merged") gone.add(id);
    }
  });

  it("are told by events before or with the first label that shows them", () => {
    const known = new Set<number>([-1]);
    for (const batch of batches) {
      for (const { type, id } of batch.events) if (type === "born" || type === "split") known.add(id);
      for (const id of batch.ids) assert(known.has(id), `${id} was never born`);
    }
  });

  it("events are numbered without gaps, and in the order of the points", () => {
    assertEquals(events.map(({ sequence }) => sequence), events.map((_, i) => i + 1));
    assertEquals(events, events.toSorted((a, b) => a.point - b.point));
  });
});
