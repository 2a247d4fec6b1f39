/** Leases and assignments in a real Postgres: who has a stream, and that only they write it. */
import { after, before, describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConflictError, type Replica } from "../../src/store/mod.ts";
import { PostgresStore } from "../../src/store/postgres.ts";
import { Cluster, HAS_POSTGRES } from "../../deploy/local/postgres.ts";
import { entry, snapshot, stream } from "./things.ts";

let cluster: Cluster;
const LONG_MS = 60_000, SHORT_MS = 200;

const replica = (id: string, part: Partial<Replica> = {}): Replica => (
  { id, url: `http://${id}`, secret: `secret of ${id}`, isLeaving: false, ...part }
);

const past = (time_ms: number) => new Promise((resolve) => setTimeout(resolve, time_ms + 50));

async function withStore(act: (store: PostgresStore) => Promise<void>): Promise<void> {
  const store = await PostgresStore.open({ url: cluster.url(await cluster.createDatabase()) });
  try {
    await act(store);
  } finally {
    await store.close();
  }
}

async function ownersOf({ replicas }: PostgresStore, names: string[], self: string): Promise<(string | undefined)[]> {
  const owners = [];
  for (const name of names) owners.push(await replicas.assign(name, self, false));
  return owners;
}

describe("replicas in Postgres", { skip: HAS_POSTGRES ? false : "Postgres is not installed" }, () => {
  before(async () => {
    cluster = await Cluster.start();
  });
  after(() => cluster.remove());

  it("see each other while their leases hold", () =>
    withStore(async ({ replicas }) => {
      assertEquals(await replicas.renew(replica("a"), SHORT_MS), [{ ...replica("a"), streams: 0 }]);
      await replicas.renew(replica("b", { isLeaving: true }), LONG_MS);
      const both = await replicas.renew(replica("a"), SHORT_MS);
      assertEquals(both.map(({ id, isLeaving }) => [id, isLeaving]), [["a", false], ["b", true]]);
      await past(SHORT_MS);
      assertEquals((await replicas.renew(replica("b"), LONG_MS)).map(({ id }) => id), ["b"]);
      await replicas.leave("b");
      assertEquals((await replicas.renew(replica("a"), LONG_MS)).map(({ id }) => id), ["a"]);
    }));

  it("get streams evenly, each stream one owner whoever asks", () =>
    withStore(async (store) => {
      const names = Array.from({ length: 12 }, (_, index) => `s${index}`);
      for (const name of names) await store.createStream(stream(name));
      for (const id of ["a", "b", "c"]) await store.replicas.renew(replica(id), LONG_MS);
      const owners = await ownersOf(store, names, "a");
      for (const id of ["a", "b", "c"]) assertEquals(owners.filter((owner) => owner === id).length, 4);
      assertEquals(await ownersOf(store, names, "b"), owners);
      assertEquals(await store.replicas.assign("none", "a", false), undefined);
    }));

  it("give a leaving replica nothing, and what it does not want to another", () =>
    withStore(async (store) => {
      for (const name of ["s", "t"]) await store.createStream(stream(name));
      await store.replicas.renew(replica("a"), LONG_MS);
      assertEquals(await store.replicas.assign("s", "a", false), "a");
      await store.replicas.renew(replica("a", { isLeaving: true }), LONG_MS);
      // Nobody else is there to have it.
      assertEquals(await store.replicas.assign("s", "a", true), "a");
      await store.replicas.renew(replica("b"), LONG_MS);
      assertEquals(await store.replicas.assign("t", "a", true), "b");
      assertEquals(await store.replicas.assign("s", "a", true), "b");
    }));

  it("only the owner claims, only while its lease holds, and each claim has a larger epoch", () =>
    withStore(async (store) => {
      await store.createStream(stream("s"));
      await store.replicas.renew(replica("a"), SHORT_MS);
      await store.replicas.renew(replica("b"), LONG_MS);
      await store.replicas.assign("s", "a", false);
      const [owner] = await ownersOf(store, ["s"], "a");
      assertEquals(owner, "a");
      const first = await store.replicas.claim("s", "a");
      assert(first !== undefined && first > 0);
      assertEquals(await store.replicas.claim("s", "b"), undefined);
      assertEquals(await store.replicas.assigned("a"), new Map([["s", first]]));
      await past(SHORT_MS);
      assertEquals(await store.replicas.claim("s", "a"), undefined);
      assertEquals(await store.replicas.assign("s", "b", false), "b");
      assert((await store.replicas.claim("s", "b"))! > first);
    }));

  it("an owner that wakes up late cannot write, though nobody else has written yet", () =>
    withStore(async (store) => {
      await store.createStream(stream("s"));
      await store.createStream(stream("other"));
      await store.replicas.renew(replica("a"), SHORT_MS);
      await store.replicas.assign("s", "a", false);
      const old = await store.replicas.claim("s", "a");
      await store.append([entry("s", 1, { epoch: old })]);
      await past(SHORT_MS);
      await store.replicas.renew(replica("b"), LONG_MS);
      await store.replicas.assign("s", "b", false);
      const epoch = await store.replicas.claim("s", "b");
      await assertRejects(() => store.append([entry("other", 1), entry("s", 2, { epoch: old })]), ConflictError);
      assertEquals((await store.load("other"))!.entries, []);
      await store.append([entry("s", 2, { epoch })]);
      await assertRejects(() => store.append([entry("s", 3, { epoch: old })]), ConflictError);
      // What it may still keep is a snapshot of what the journal has.
      await store.saveSnapshot("s", snapshot(1));
      assertEquals((await store.load("s"))!.entries.map(({ sequence }) => sequence), [2]);
    }));

  it("a stream made anew under an old name is not the one that was claimed", () =>
    withStore(async (store) => {
      await store.createStream(stream("s"));
      await store.replicas.renew(replica("a"), LONG_MS);
      await store.replicas.assign("s", "a", false);
      const epoch = await store.replicas.claim("s", "a");
      await store.deleteStream("s");
      await store.createStream(stream("s"));
      await assertRejects(() => store.append([entry("s", 1, { epoch })]), ConflictError);
    }));

  it("release gives a stream away, but not under an epoch that is over", () =>
    withStore(async (store) => {
      await store.createStream(stream("s"));
      for (const id of ["a", "b"]) await store.replicas.renew(replica(id), LONG_MS);
      await store.replicas.assign("s", "a", false);
      const old = (await store.replicas.claim("s", "a"))!;
      await store.replicas.release("s", old, "b");
      assertEquals(await store.replicas.assign("s", "a", false), "b");
      await store.replicas.claim("s", "b");
      await store.replicas.release("s", old, null);
      assertEquals(await store.replicas.assign("s", "a", false), "b");
    }));
});
