/** What every store does with events and stored answers, and what it lets go of. */
import { assertEquals } from "@std/assert";
import type { Store } from "../../src/store/mod.ts";
import type { Claim } from "./contract.ts";
import { answer, entry, event, journalOf, keeping, octets, snapshot, stream, T0 } from "./things.ts";

const sequences = async (store: Store, name: string, after = 0, limit = 99) =>
  (await store.events(name, after, limit)).map(({ sequence }) => sequence);

export function claimRecords(claim: Claim): void {
  claim("events come in order, a page at a time, and outlive a snapshot", async (store) => {
    for (const name of ["a", "b"]) await store.createStream(stream(name));
    const merged = event(3, { type: "merged", id: 4, other: 2, point: 2 ** 40 });
    await store.append([entry("a", 1, { events: [event(1), event(2)] }), entry("b", 1, { events: [event(1)] })]);
    await store.append([entry("a", 2, { events: [merged, event(4, { type: "drift", id: -1 })] })]);
    await store.saveSnapshot("a", snapshot(2));
    assertEquals(await sequences(store, "a"), [1, 2, 3, 4]);
    assertEquals(await store.events("a", 2, 1), [merged]);
    assertEquals(await sequences(store, "a", 4), []);
    assertEquals(await sequences(store, "a", 0, 2), [1, 2]);
    assertEquals(await sequences(store, "b"), [1]);
    assertEquals(await sequences(store, "gone"), []);
  });

  claim("answer finds what was kept under a key of that stream, and nothing else", async (store) => {
    for (const name of ["a", "b"]) await store.createStream(stream(name));
    const kept = answer("ada:k1", { body: octets(0, 1, 255), type: "application/octet-stream" });
    await store.append([
      entry("a", 1, { answer: kept }),
      entry("a", 2, { answer: answer("ada:k2", { body: octets() }) }),
    ]);
    assertEquals(await store.answer("a", "ada:k1"), kept);
    assertEquals(await store.answer("a", "ada:k2"), answer("ada:k2", { body: octets() }));
    for (const [name, key] of [["a", "k1"], ["b", "ada:k1"], ["gone", "ada:k1"]]) {
      assertEquals(await store.answer(name, key), undefined);
    }
  });

  claim("answer is the latest one of its key", async (store) => {
    await store.createStream(stream("a"));
    await store.append([entry("a", 1, { answer: answer("k") })]);
    await store.append([entry("a", 2, { answer: answer("k", { fingerprint: "beef", time: T0 + 9 }) })]);
    assertEquals(await store.answer("a", "k"), answer("k", { fingerprint: "beef", time: T0 + 9 }));
  });

  claim("sweep lets go of old answers, of all but the newest events of each stream, of nothing else", async (store) => {
    for (const name of ["a", "b", "c"]) await store.createStream(stream(name));
    const events = [1, 2, 3, 4, 5].map((i) => event(i));
    await store.append([
      entry("a", 1, { events, answer: answer("old", { time: T0 - 1 }) }),
      entry("a", 2, { answer: answer("new") }),
      entry("b", 1, { events: events.slice(0, 3) }),
      entry("c", 1, { events: events.slice(0, 2) }),
    ]);
    await store.sweep(keeping({ answersBefore: T0, eventsKept: 3 }));
    assertEquals(await sequences(store, "a"), [3, 4, 5]);
    assertEquals(await sequences(store, "b"), [1, 2, 3]);
    assertEquals(await sequences(store, "c"), [1, 2]);
    assertEquals(await store.answer("a", "old"), undefined);
    assertEquals(await store.answer("a", "new"), answer("new"));
    await store.append([entry("a", 3, { events: [event(6)] })]);
    assertEquals(await sequences(store, "a"), [3, 4, 5, 6]);
    await store.sweep(keeping({ eventsKept: 0 }));
    assertEquals(await sequences(store, "a"), []);
  });

  claim("sweep lets go of the events that are too old, stream by stream", async (store) => {
    for (const name of ["a", "b"]) await store.createStream(stream(name));
    const events = [1, 2, 3, 4].map((i) => event(i));
    await store.append([entry("a", 1, { events }), entry("b", 1, { events: events.slice(2) })]);
    await store.sweep(keeping({ eventsBefore: T0 + 3 }));
    assertEquals(await sequences(store, "a"), [3, 4]);
    assertEquals(await sequences(store, "b"), [3, 4]);
    await store.sweep(keeping({ eventsBefore: T0 + 5 }));
    assertEquals(await sequences(store, "a"), []);
  });

  claim(
    "a journal that is kept beyond its snapshot is not read again, and goes at a sweep when it is old",
    async (store) => {
      for (const name of ["a", "b"]) await store.createStream(stream(name));
      await store.append([1, 2, 3, 4].map((i) => entry("a", i)));
      await store.append([entry("b", 1)]);
      await store.saveSnapshot("a", snapshot(3), T0 + 2);
      assertEquals(await journalOf(store, "a"), { snapshot: 3, entries: [4] });
      await store.sweep(keeping({ journalBefore: T0 + 9 }));
      assertEquals(await journalOf(store, "a"), { snapshot: 3, entries: [4] });
      assertEquals(await journalOf(store, "b"), { snapshot: undefined, entries: [1] });
      await store.append([entry("a", 5)]);
      await store.saveSnapshot("a", snapshot(5));
      assertEquals(await journalOf(store, "a"), { snapshot: 5, entries: [] });
    },
  );
}
