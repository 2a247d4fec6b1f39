/** The store in Postgres when its server is gone, crashes or falls silent: bounded, told, and over by itself. */
import { after, before, describe, it } from "node:test";
import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { Cluster, HAS_POSTGRES } from "../../deploy/local/postgres.ts";
import { ConflictError } from "../../src/store/mod.ts";
import { PostgresStore } from "../../src/store/postgres.ts";
import { openWire } from "./wire.ts";
import { entry, journalOf, stream } from "./things.ts";

/** Bound on any answer, a refusal too; and with what connecting and a busy machine add. */
const answerMs = 2000, ANSWER_MAX_MS = answerMs + 5000;

let cluster: Cluster, store: PostgresStore, last: number, database: string;

/** The server is away: everything is refused, in bounded time, and not as a conflict. */
async function holdToRefusing(): Promise<void> {
  const start = performance.now();
  const attempts = [store.append([entry("a", last + 1)]), store.probe(), store.load("a"), store.stream("a")];
  for (const outcome of await Promise.allSettled(attempts)) {
    assertEquals(outcome.status, "rejected");
    assert(outcome.status === "rejected" && !(outcome.reason instanceof ConflictError));
  }
  assertLess(performance.now() - start, ANSWER_MAX_MS);
}

/** The server is back: a load tells how far the journal got, and appends go on from there. */
async function holdToRecovered(acknowledged: number): Promise<void> {
  const { entries } = await journalOf(store, "a");
  assert(entries.length >= acknowledged && entries.length <= acknowledged + 1);
  assertEquals(entries, entries.map((_, i) => i + 1));
  last = entries.length;
  for (let i = 0; i < 20; i++) await store.append([entry("a", ++last)]);
  await assertRejects(() => store.append([entry("a", last)]), ConflictError);
}

describe("PostgresStore in an outage", { skip: HAS_POSTGRES ? false : "Postgres is not installed" }, () => {
  before(async () => {
    cluster = await Cluster.start();
    database = await cluster.createDatabase();
    store = await PostgresStore.open({ url: cluster.url(database), max: 3, answerMs });
    await store.createStream(stream("a"));
    last = 0;
    await holdToRecovered(0);
  });
  after(async () => {
    await store.close();
    await cluster.remove();
  });

  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    it(`refuses when the server ended by ${signal}, and works once it is back, without being reopened`, async () => {
      const acknowledged = last;
      await cluster.stop(signal);
      for (let i = 0; i < 5; i++) await holdToRefusing();
      await cluster.run();
      await holdToRecovered(acknowledged);
    });
  }

  it("loses nothing acknowledged when the server crashes in mid-write", async () => {
    let acknowledged = last;
    const writing = (async () => {
      for (;;) {
        await store.append([entry("a", acknowledged + 1)]);
        acknowledged++;
      }
    })().catch((error: Error) => error);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await cluster.stop("SIGQUIT");
    assert(!(await writing instanceof ConflictError));
    await cluster.run();
    await holdToRecovered(acknowledged);
  });

  it("refuses in bounded time when the server falls silent, and works once it speaks again", async () => {
    const acknowledged = last;
    cluster.freeze();
    try {
      await holdToRefusing();
    } finally {
      cluster.thaw();
    }
    await holdToRecovered(acknowledged);
  });

  it("gives up connections without an answer, and works on new ones", async () => {
    const wire = await openWire(cluster.port);
    const own = await PostgresStore.open({
      host: "127.0.0.1",
      port: wire.port,
      database,
      user: "ncs",
      max: 2,
      answerMs,
    });
    await Promise.all([own.probe(), own.probe(), own.probe()]);
    wire.cut();
    await Promise.all([1, 2, 3].map(() => assertRejects(() => own.probe())));
    const start = performance.now();
    for (let i = 0; i < 3; i++) await own.probe();
    assertLess(performance.now() - start, 2000);
    await own.close();
    wire.close();
  });

  it("is refused in bounded time when no server is there at the start", async () => {
    const start = performance.now();
    await assertRejects(() => PostgresStore.open({ url: "postgres://ncs@127.0.0.1:1/none" }));
    assertLess(performance.now() - start, ANSWER_MAX_MS);
  });
});
