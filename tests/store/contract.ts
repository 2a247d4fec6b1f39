/** What every store does, claimed once: streams, journal and snapshots here, the rest in the files beside. */
import { describe, it } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { ConflictError, type Entry, type Store } from "../../src/store/mod.ts";
import { claimAudit } from "./contract_audit.ts";
import { claimIdentities } from "./contract_identities.ts";
import { claimImports } from "./contract_imports.ts";
import { claimRecords } from "./contract_records.ts";
import { entry, event, journalOf, octets, snapshot, stream, T0 } from "./things.ts";

/** Opens an empty store; `close` ends it with all that belongs to it. */
export type OpenStore = () => Promise<{ store: Store; close(): Promise<void> }>;

/** Runs a claim on a store of its own. */
export type Claim = (symbol: string, act: (store: Store) => Promise<void>) => void;

export function describeStore(name: string, open: OpenStore): void {
  const claim: Claim = (symbol, act) =>
    it(symbol, async () => {
      const { store, close } = await open();
      try {
        await act(store);
      } finally {
        await close();
      }
    });
  describe(`store: ${name}`, () => {
    claimStreams(claim);
    claimJournal(claim);
    claimSnapshots(claim);
    claimRecords(claim);
    claimIdentities(claim);
    claimAudit(claim);
    claimImports(claim);
  });
}

function claimStreams(claim: Claim): void {
  claim("probe passes, again and again", async (store) => {
    for (let i = 0; i < 3; i++) await store.probe();
  });

  claim("createStream keeps a stream as given, and says so when its name is in use", async (store) => {
    const made = stream("b", { dims: 3, parameters: { maxClusters: 12, scaling: "standard" } });
    assertEquals(await store.createStream(made), true);
    assertEquals(await store.createStream(stream("b", { dims: 4 })), false);
    assertEquals(await store.stream("b"), made);
    assertEquals(await store.stream("a"), undefined);
    assertEquals(await store.load("a"), undefined);
  });

  claim("streams come by name", async (store) => {
    for (const name of ["b", "a.1", "B", "a", "a-1"]) await store.createStream(stream(name));
    assertEquals((await store.streams()).map(({ name }) => name), ["B", "a", "a-1", "a.1", "b"]);
  });

  claim("deleteStream takes all that belongs to it, and the name starts anew", async (store) => {
    await store.createStream(stream("a", { dims: 2 }));
    const answer = { key: "k", fingerprint: "f", type: "t", body: octets(1), time: T0 };
    await store.append([entry("a", 1, { events: [event(1)], answer }), entry("a", 2)]);
    await store.saveSnapshot("a", snapshot(1));
    assertEquals(await store.deleteStream("a"), true);
    assertEquals(await store.deleteStream("a"), false);
    assertEquals(await store.load("a"), undefined);
    await assertRejects(() => store.append([entry("a", 3)]), ConflictError);
    assertEquals(await store.createStream(stream("a")), true);
    assertEquals(await store.load("a"), { stream: stream("a"), snapshot: undefined, entries: [] });
    assertEquals(await store.events("a", 0, 9), []);
    assertEquals(await store.answer("a", "k"), undefined);
    await assertRejects(() => store.append([entry("a", 3)]), ConflictError);
    await store.append([entry("a", 1, { events: [event(1)] })]);
    assertEquals((await journalOf(store, "a")).entries, [1]);
  });
}

function claimJournal(claim: Claim): void {
  claim("append keeps entries bit for bit, an empty body and a large one too", async (store) => {
    await store.createStream(stream("a"));
    const large = new Uint8Array(120_000).map((_, i) => i * 31 + (i >> 8));
    const entries = [
      entry("a", 1, { kind: "f64", body: octets(0, 255, 92, 34, 10) }),
      entry("a", 2, { kind: "merge", body: octets() }),
      entry("a", 3, { kind: "restore", body: large }),
      entry("a", 4, { kind: "configure", body: large.subarray(5, 9) }),
    ];
    await store.append(entries.slice(0, 2));
    await store.append(entries.slice(2));
    const { entries: kept } = (await store.load("a"))!;
    assertEquals(kept.map(({ body }) => [...body]), entries.map(({ body }) => [...body]));
    assertEquals(kept.map(({ kind }) => kind), ["f64", "merge", "restore", "configure"]);
    assertEquals(kept.map(({ time }) => time), [1, 2, 3, 4].map((i) => T0 + i));
    assertEquals(kept.every(({ body }) => body.constructor === Uint8Array), true);
  });

  claim(
    "append keeps points that came at one time in their order, whether or not they come back as one",
    async (store) => {
      for (const name of ["a", "b"]) await store.createStream(stream(name));
      const at = (sequence: number, part: Partial<Entry> = {}) => entry("a", sequence, { time: T0, ...part });
      const points = [
        at(1),
        at(2),
        at(3, { kind: "f64" }),
        at(4, { kind: "f64" }),
        at(5, { kind: "f64", time: T0 + 1 }),
      ];
      const changes = [
        at(6, { kind: "configure" }),
        at(7, { kind: "configure" }),
        at(8, { events: [event(1)] }),
        at(9),
      ];
      await store.append([...points, entry("b", 1, { time: T0 + 1, kind: "f64" }), ...changes]);
      const { entries: kept } = (await store.load("a"))!;
      const octetsOf = (all: Pick<Entry, "kind" | "time" | "body">[], kind: string, time: number) =>
        all.filter((one) => one.kind === kind && one.time === time).flatMap(({ body }) => [...body]);
      for (const [kind, time] of [["f32", T0], ["f64", T0], ["f64", T0 + 1]] as const) {
        assertEquals(octetsOf(kept, kind, time), octetsOf([...points, ...changes], kind, time));
      }
      assertEquals(kept.filter(({ kind }) => kind === "configure").map(({ sequence }) => sequence), [6, 7]);
      assertEquals((await store.events("a", 0, 9)).length, 1);
      assertEquals((await journalOf(store, "b")).entries, [1]);
      await assertRejects(() => store.append([at(9)]), ConflictError);
      await store.append([at(10)]);
      assertEquals((await store.load("a"))!.entries.at(-1)!.sequence, 10);
    },
  );

  claim("append fixes the dims and sets the parameters of its stream, and no other's", async (store) => {
    for (const name of ["a", "b"]) await store.createStream(stream(name, { parameters: { learningRate: 0.1 } }));
    await store.append([entry("a", 1, { dims: 3 }), entry("a", 2, { parameters: { maxClusters: 5 } }), entry("a", 3)]);
    assertEquals(await store.stream("a"), stream("a", { dims: 3, parameters: { maxClusters: 5 } }));
    assertEquals(await store.stream("b"), stream("b", { parameters: { learningRate: 0.1 } }));
  });

  claim("append takes entries of several streams at once, and nothing at all", async (store) => {
    for (const name of ["a", "b"]) await store.createStream(stream(name));
    await store.append([]);
    await store.append([entry("b", 1), entry("a", 1), entry("b", 2), entry("a", 2)]);
    await store.append([entry("a", 3)]);
    assertEquals((await journalOf(store, "a")).entries, [1, 2, 3]);
    assertEquals((await journalOf(store, "b")).entries, [1, 2]);
  });

  const refused: [string, (store: Store) => Promise<void>][] = [
    ["a sequence is taken", (store) => store.append([entry("b", 1), entry("a", 2)])],
    ["a sequence leaves a gap", (store) => store.append([entry("b", 1), entry("a", 4)])],
    ["a sequence comes twice", (store) => store.append([entry("b", 1), entry("a", 3), entry("a", 3)])],
    ["a stream is gone", (store) => store.append([entry("b", 1), entry("gone", 1)])],
    ["a sequence of a single entry is taken", (store) => store.append([entry("a", 1)])],
    ["an event is there already", (store) => store.append([entry("b", 1), entry("a", 3, { events: [event(1)] })])],
  ];
  for (const [when, act] of refused) {
    claim(`append rejects with ConflictError and keeps none of its entries when ${when}`, async (store) => {
      for (const name of ["a", "b"]) await store.createStream(stream(name));
      await store.append([entry("a", 1, { events: [event(1)] }), entry("a", 2)]);
      await assertRejects(() => act(store), ConflictError);
      assertEquals((await journalOf(store, "a")).entries, [1, 2]);
      assertEquals((await journalOf(store, "b")).entries, []);
      await store.append([entry("a", 3), entry("b", 1)]);
    });
  }
}

function claimSnapshots(claim: Claim): void {
  claim("load gives the snapshot and the entries after it", async (store) => {
    await store.createStream(stream("a"));
    await store.append([1, 2, 3, 4].map((i) => entry("a", i)));
    await store.saveSnapshot("a", snapshot(3, '{"points":9}'));
    const { snapshot: kept, entries } = (await store.load("a"))!;
    assertEquals({ ...kept!, body: [...kept!.body] }, { sequence: 3, extra: '{"points":9}', body: [7, 7, 3] });
    assertEquals(entries.map(({ sequence }) => sequence), [4]);
  });

  claim("saveSnapshot replaces the one before, never goes backwards, and drops the entries up to it", async (store) => {
    await store.createStream(stream("a"));
    await store.saveSnapshot("a", { sequence: 0, body: octets(), extra: "" });
    assertEquals((await store.load("a"))!.snapshot, { sequence: 0, body: octets(), extra: "" });
    await store.append([1, 2, 3].map((i) => entry("a", i)));
    await store.saveSnapshot("a", snapshot(2));
    await store.saveSnapshot("a", snapshot(1));
    assertEquals(await journalOf(store, "a"), { snapshot: 2, entries: [3] });
    await store.saveSnapshot("a", snapshot(2, "again"));
    assertEquals((await store.load("a"))!.snapshot!.extra, "again");
    await store.saveSnapshot("a", snapshot(3));
    assertEquals(await journalOf(store, "a"), { snapshot: 3, entries: [] });
    await assertRejects(() => store.append([entry("a", 3)]), ConflictError);
    await store.append([entry("a", 4)]);
    assertEquals(await journalOf(store, "a"), { snapshot: 3, entries: [4] });
  });

  claim("saveSnapshot does nothing when the stream is gone or younger than the snapshot", async (store) => {
    await store.saveSnapshot("gone", snapshot(1));
    assertEquals(await store.load("gone"), undefined);
    await store.createStream(stream("a"));
    await store.append([entry("a", 1)]);
    await store.saveSnapshot("a", snapshot(2));
    assertEquals(await journalOf(store, "a"), { snapshot: undefined, entries: [1] });
  });
}
