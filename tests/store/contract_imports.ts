/** What every store does with a stream that comes whole, from a backup. */
import { assertEquals, assertRejects } from "@std/assert";
import { ConflictError } from "../../src/store/mod.ts";
import type { Claim } from "./contract.ts";
import { answer, entry, event, journalOf, octets, snapshot, stream, T0 } from "./things.ts";

const STATE = { body: octets(9, 8, 7), extra: '{"eventSequence":4}' };

export function claimImports(claim: Claim): void {
  claim("importStream makes a stream with its state, and the journal goes on from there", async (store) => {
    const made = stream("a", { dims: 3, parameters: { maxClusters: 9 }, creator: "key:Zk3v", created: T0 - 5 });
    assertEquals(await store.importStream(made, STATE, false), true);
    const { stream: kept, snapshot, entries } = (await store.load("a"))!;
    assertEquals([kept, entries], [made, []]);
    assertEquals({ ...snapshot!, body: [...snapshot!.body] }, { sequence: 1, extra: STATE.extra, body: [9, 8, 7] });
    await store.append([entry("a", 2, { events: [event(5)] })]);
    assertEquals(await journalOf(store, "a"), { snapshot: 1, entries: [2] });
  });

  claim("importStream leaves a stream of that name alone unless it is to be replaced", async (store) => {
    await store.createStream(stream("a", { dims: 2 }));
    await store.append([entry("a", 1)]);
    assertEquals(await store.importStream(stream("a", { dims: 3 }), STATE, false), false);
    assertEquals((await store.stream("a"))!.dims, 2);
    assertEquals(await journalOf(store, "a"), { snapshot: undefined, entries: [1] });
  });

  claim(
    "importStream in place of a stream takes all of it away, and whoever had it is told at the next write",
    async (store) => {
      for (const name of ["a", "b"]) await store.createStream(stream(name, { dims: 2 }));
      await store.append([
        entry("a", 1, { events: [event(1), event(5)], answer: answer("k") }),
        entry("a", 2),
        entry("b", 1),
      ]);
      await store.saveSnapshot("a", snapshot(1));
      assertEquals(await store.importStream(stream("a", { dims: 3 }), STATE, true), true);
      assertEquals((await store.stream("a"))!.dims, 3);
      assertEquals(await journalOf(store, "a"), { snapshot: 3, entries: [] });
      assertEquals(await store.events("a", 0, 9), []);
      assertEquals(await store.answer("a", "k"), undefined);
      await assertRejects(() => store.append([entry("a", 3)]), ConflictError);
      await store.saveSnapshot("a", snapshot(2));
      assertEquals((await store.load("a"))!.snapshot!.extra, STATE.extra);
      await store.append([entry("a", 4, { events: [event(5)] })]);
      assertEquals(await journalOf(store, "b"), { snapshot: undefined, entries: [1] });
    },
  );
}
