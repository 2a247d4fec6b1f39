/** The store in a real Postgres: the contract, several processes, and what only a server can do. */
import { after, before, describe, it } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import postgres from "postgres";
import { Cluster, HAS_POSTGRES } from "../../deploy/local/postgres.ts";
import { StoreError } from "../../src/store/migrations.ts";
import { ConflictError } from "../../src/store/mod.ts";
import { type Address, PostgresStore } from "../../src/store/postgres.ts";
import { describeStore } from "./contract.ts";
import { holdToAcknowledged, killWriter } from "./killed.ts";
import { entry, event, journalOf, snapshot, stream } from "./things.ts";

let cluster: Cluster;

/** Opens a store `count` times on one new database, all at once. */
async function withStores(count: number, act: (stores: PostgresStore[], url: string) => Promise<void>): Promise<void> {
  const url = cluster.url(await cluster.createDatabase());
  const stores = await Promise.all(Array.from({ length: count }, () => PostgresStore.open({ url, max: 3 })));
  try {
    await act(stores, url);
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

/** Opens by these parts of an address. */
async function probeAt(address: Address): Promise<void> {
  const store = await PostgresStore.open(address);
  await store.probe();
  await store.close();
}

describe("PostgresStore", { skip: HAS_POSTGRES ? false : "Postgres is not installed" }, () => {
  before(async () => {
    cluster = await Cluster.start();
  });
  after(() => cluster.remove());

  describeStore("postgres", async () => {
    const store = await PostgresStore.open({ url: cluster.url(await cluster.createDatabase()) });
    return { store, close: () => store.close() };
  });

  it("makes its tables once when several open an empty database at the same time", async () => {
    await withStores(6, async (stores) => {
      await stores[0].createStream(stream("a"));
      for (const store of stores) assertEquals((await store.streams()).length, 1);
    });
  });

  it("opens by host, port, database and user, and through a Unix socket", async () => {
    const database = await cluster.createDatabase(), { port } = cluster;
    for (const host of ["127.0.0.1", cluster.socketFolder]) await probeAt({ host, port, database, user: "ncs" });
  });

  it("is refused with a clear error when a newer build made the tables", async () => {
    const database = await cluster.createDatabase(), url = cluster.url(database);
    await probeAt({ url });
    await cluster.admin("UPDATE ncs_schema SET version = 99", database);
    await assertRejects(() => PostgresStore.open({ url }), StoreError, "tables of version 99");
  });

  it("lets one of two win each sequence, and tells the other of a conflict", async () => {
    await withStores(2, async ([one, two]) => {
      for (const name of ["a", "b"]) await one.createStream(stream(name));
      for (let sequence = 1; sequence <= 60; sequence++) {
        const forth = [entry("a", sequence), entry("b", sequence)];
        const outcomes = await Promise.allSettled([one.append(forth), two.append([...forth].reverse())]);
        const refused = outcomes.filter((outcome) => outcome.status === "rejected");
        assertEquals(refused.map(({ reason }) => reason instanceof ConflictError), [true], `${refused[0]?.reason}`);
      }
      const all = Array.from({ length: 60 }, (_, i) => i + 1);
      for (const name of ["a", "b"]) assertEquals((await journalOf(two, name)).entries, all);
    });
  });

  it("sees what another wrote while it waited for the stream, though its entry is in a snapshot by then", async () => {
    await withStores(1, async ([store], url) => {
      await store.createStream(stream("a"));
      const other = postgres(url, { max: 1, fetch_types: false });
      let waiting: Promise<unknown> = Promise.resolve();
      await other.begin(async (transaction) => {
        await transaction`UPDATE ncs_streams SET sequence = 1 WHERE name = 'a'`;
        waiting = assertRejects(() => store.append([entry("a", 1)]), ConflictError);
        await new Promise((resolve) => setTimeout(resolve, 200));
      });
      await waiting;
      await other.end();
      await store.append([entry("a", 2)]);
    });
  });

  it("loads a state without gaps while another appends and keeps snapshots", async () => {
    await withStores(2, async ([writer, reader]) => {
      await writer.createStream(stream("a"));
      let last = 0, writing = true;
      const read = async () => {
        for (; writing;) {
          const { snapshot, entries } = await journalOf(reader, "a"), first = (snapshot ?? 0) + 1;
          assertEquals(entries, entries.map((_, i) => first + i));
        }
      };
      const write = async () => {
        while (last < 300) {
          await writer.append([entry("a", ++last), entry("a", ++last)]);
          if (last % 3 === 0) await writer.saveSnapshot("a", snapshot(last - 1));
        }
        writing = false;
      };
      await Promise.all([read(), write()]);
    });
  });

  it("tells of a conflict when the stream was deleted and made anew by another", async () => {
    await withStores(2, async ([one, two]) => {
      await one.createStream(stream("a"));
      await one.append([entry("a", 1, { events: [event(1)] })]);
      await two.deleteStream("a");
      await assertRejects(() => one.append([entry("a", 2)]), ConflictError);
      await two.createStream(stream("a"));
      await assertRejects(() => one.append([entry("a", 2)]), ConflictError);
      await one.saveSnapshot("a", snapshot(1));
      assertEquals(await journalOf(one, "a"), { snapshot: undefined, entries: [] });
    });
  });

  it("has every acknowledged entry when its process was killed in mid-write", async () => {
    await withStores(1, async ([store], url) => {
      for (const enough of [1, 400]) {
        const acknowledged = await killWriter("postgres", url, enough);
        await holdToAcknowledged(store, acknowledged);
        await store.deleteStream("a");
      }
    });
  });
});
