/** Random operations on the SQL stores, held to the store in memory after each: the same answers, the same refusals. */
import { after, before, describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { Cluster, HAS_POSTGRES } from "../../deploy/local/postgres.ts";
import { type Random, random } from "../../src/random.ts";
import { type Entry, MemoryStore, type Store } from "../../src/store/mod.ts";
import { PostgresStore } from "../../src/store/postgres.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { SEED } from "../laws/streams.ts";
import { withFile } from "./sqlite_files.ts";
import { answer, apiKey, audited, entry, event, snapshot, stream, T0 } from "./things.ts";

const STEPS = 600;
const NAMES = ["a", "b", "c", "d'\"\\e", "ünï"], KINDS = ["f32", "f64", "merge", "restore", "configure"] as const;

/** Sequences as the writer believes them to be; now and then it is wrong. */
interface World {
  r: Random;
  last: Map<string, number>;
  lastEvent: Map<string, number>;
}

type Operation = (world: World) => (store: Store) => Promise<unknown>;

const pick = <T>(r: Random, from: readonly T[]): T => from[r.integer(from.length)];
const chance = (r: Random, share: number): boolean => r.uniform() < share;

function randomEntry({ r, last, lastEvent }: World): Entry {
  const name = pick(r, NAMES), sequence = (last.get(name) ?? 0) + 1;
  last.set(name, sequence);
  const part: Partial<Entry> = { kind: pick(r, KINDS), body: new Uint8Array(r.integer(50)).map(() => r.integer(256)) };
  part.events = Array.from({ length: chance(r, 0.2) ? r.integer(4) : 0 }, () => {
    const number = (lastEvent.get(name) ?? 0) + 1;
    lastEvent.set(name, number);
    return event(number, { type: pick(r, ["born", "died", "drift"]), other: r.integer(3) - 1 });
  });
  if (chance(r, 0.2)) part.answer = answer(`key ${r.integer(9)}`, { time: T0 + r.integer(99) });
  if (chance(r, 0.1)) part.dims = 1 + r.integer(9);
  if (chance(r, 0.1)) part.parameters = { maxClusters: 2 + r.integer(9), baseThreshold: r.uniform() };
  return entry(name, sequence, part);
}

const OPERATIONS: Record<string, Operation> = {
  create: ({ r }) => {
    const made = stream(pick(r, NAMES), { dims: chance(r, 0.5) ? r.integer(9) : null });
    return (store) => store.createStream(made);
  },
  delete: ({ r, last, lastEvent }) => {
    const name = pick(r, NAMES), wrong = !chance(r, 0.3);
    if (wrong) return (store) => store.deleteStream(`no ${name}`);
    last.delete(name);
    lastEvent.delete(name);
    return (store) => store.deleteStream(name);
  },
  import: ({ r, last, lastEvent }) => {
    const made = stream(pick(r, NAMES), { dims: r.integer(9), creator: "user:ada", created: T0 + r.integer(9) });
    const { body, extra } = snapshot(r.integer(9), `${r.uniform()}`), replaces = chance(r, 0.3);
    if (replaces || !last.has(made.name)) lastEvent.delete(made.name);
    if (replaces) last.set(made.name, (last.get(made.name) ?? 0) + 1);
    return (store) => store.importStream(made, { body, extra }, replaces);
  },
  audit: ({ r }) => {
    const record = audited({ time: T0 + r.integer(50), actor: pick(r, ["user:ada", null]), target: pick(r, NAMES) });
    return (store) => store.noteAudit(record);
  },
  append: (world) => {
    const entries = Array.from({ length: world.r.integer(6) }, () => randomEntry(world));
    return (store) => store.append(entries);
  },
  appendStale: ({ r, last }) => {
    const name = pick(r, NAMES), entries = [entry(name, (last.get(name) ?? 0) + r.integer(4) - 1, { events: [] })];
    return (store) => store.append(entries);
  },
  saveSnapshot: ({ r, last }) => {
    const name = pick(r, NAMES), kept = snapshot(r.integer((last.get(name) ?? 0) + 2), `${r.uniform()}`);
    const journalBefore = chance(r, 0.5) ? T0 + r.integer(9) : undefined;
    return (store) => store.saveSnapshot(name, kept, journalBefore);
  },
  apiKey: ({ r }) => {
    const key = apiKey(`${r.integer(9)}`, { created: T0 + r.integer(3) }), { id } = key;
    return pick<(store: Store) => Promise<unknown>>(r, [
      (store) => store.createApiKey(key),
      (store) => store.deleteApiKey(id),
      (store) => store.noteApiKeyUse(id, T0),
    ]);
  },
  revoke: ({ r }) => {
    const id = `token ${r.integer(20)}`, expires = T0 + r.integer(50);
    return (store) => store.revokeToken(id, expires);
  },
  sweep: ({ r }) => {
    const now = T0 + r.integer(50), kept = r.integer(9), before = T0 + r.integer(9);
    const times = { answersBefore: now, eventsBefore: before, journalBefore: before, auditBefore: before };
    return (store) => store.sweep({ now, eventsKept: kept, auditKept: 5 + kept, ...times });
  },
};

/** What an operation answers, or the class of what it throws. */
async function outcome(act: Promise<unknown>): Promise<unknown> {
  return await act.catch((error: Error) => error.name);
}

/** Everything that a store can say of a stream and of the rest. */
async function stateOf(store: Store): Promise<unknown> {
  const streams = await Promise.all(NAMES.map(async (name) => ({
    state: await store.load(name),
    stream: await store.stream(name),
    events: await store.events(name, 2, 7),
    answers: await Promise.all([0, 3, 5].map((i) => store.answer(name, `key ${i}`))),
  })));
  const revoked = (await store.revokedTokens(T0 + 20)).sort();
  const audit = [await store.audit({ limit: 9 }), await store.audit({ actor: "user:ada", since: T0 + 9, limit: 3 })];
  const records = audit.map((page) => page.map(({ id: _, ...record }) => record));
  return { streams, list: await store.streams(), keys: await store.apiKeys(), revoked, records };
}

/** The writer reads its sequences anew after a refusal, as a server does. */
async function reread(world: World, model: Store): Promise<void> {
  for (const name of NAMES) {
    const state = await model.load(name), events = await model.events(name, 0, 1e6);
    world.last.set(name, state?.entries.at(-1)?.sequence ?? state?.snapshot?.sequence ?? 0);
    world.lastEvent.set(name, Math.max(events.at(-1)?.sequence ?? 0, state ? world.lastEvent.get(name) ?? 0 : 0));
  }
}

/** Compares what `open` gives, which is opened anew now and then, as after a restart. */
async function compare(open: () => Promise<Store>): Promise<void> {
  let store = await open();
  const world: World = { r: random(SEED, "store"), last: new Map(), lastEvent: new Map() };
  const model = new MemoryStore();
  for (let step = 0; step < STEPS; step++) {
    if (step % 40 === 39) {
      await store.close();
      store = await open();
    }
    const name = chance(world.r, 0.5) ? "append" : pick(world.r, Object.keys(OPERATIONS));
    const act = OPERATIONS[name](world), place = `NCS_SEED=${SEED}, step ${step}, ${name}`;
    const expected = await outcome(act(model));
    assertEquals(await outcome(act(store)), expected, place);
    if (expected === "ConflictError") await reread(world, model);
    if (step % 5 === 0) assertEquals(await stateOf(store), await stateOf(model), place);
  }
  await store.close();
}

describe(`random operations, NCS_SEED=${SEED}`, () => {
  it("SqliteStore does what MemoryStore does", async () => {
    await withFile(({ path }) => compare(() => SqliteStore.open({ path })));
  });
});

describe(`random operations on a Postgres, NCS_SEED=${SEED}`, { skip: !HAS_POSTGRES }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start();
  });
  after(() => cluster.remove());

  it("PostgresStore does what MemoryStore does", async () => {
    const url = cluster.url(await cluster.createDatabase());
    await compare(() => PostgresStore.open({ url }));
  });
});
