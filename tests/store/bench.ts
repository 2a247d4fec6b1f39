/**
 * What a write to each store costs. By hand: deno run -A tests/store/bench.ts, or with Bun. A table of microseconds per
 * append and appends per second; SQLite with sync os and disk in a temporary folder, Postgres on a cluster of its own
 * (fsync off there, as for tests; pass --fsync to have it on).
 */
import { statSync } from "node:fs";
import process from "node:process";
import { Cluster, HAS_POSTGRES } from "../../deploy/local/postgres.ts";
import type { Entry, Store } from "../../src/store/mod.ts";
import { PostgresStore } from "../../src/store/postgres.ts";
import { SqliteStore, type Sync } from "../../src/store/sqlite.ts";
import { withFile } from "./sqlite_files.ts";
import { entry, stream } from "./things.ts";

const POINT = new Uint8Array(12), BODY = crypto.getRandomValues(new Uint8Array(60_000)), STREAMS = 32;
const LARGE = new Uint8Array([...BODY, ...BODY]);

interface Load {
  name: string;
  appends: number;
  /** Appends between two snapshots of 100 kB, which let go of the entries. */
  between: number;
  /** The entries of append `i`, from 0. */
  make(i: number): Entry[];
}

const LOADS: Load[] = [
  { name: "1 point", appends: 20_000, between: 5000, make: (i) => [entry("s0", i + 1, { body: POINT })] },
  { name: "10,000 points, 120 kB", appends: 1000, between: 100, make: (i) => [entry("s0", i + 1, { body: LARGE })] },
  {
    name: "32 points of 32 streams",
    appends: 2000,
    between: 1000,
    make: (i) => Array.from({ length: STREAMS }, (_, s) => entry(`s${s}`, i + 1, { body: POINT })),
  },
  {
    name: "32 points of 1 stream",
    appends: 2000,
    between: 1000,
    make: (i) => Array.from({ length: 32 }, (_, j) => entry("s0", 32 * i + j + 1, { body: POINT })),
  },
];

async function measure(label: string, store: Store, { name, appends, between, make }: Load): Promise<void> {
  for (let s = 0; s < STREAMS; s++) {
    await store.deleteStream(`s${s}`);
    await store.createStream(stream(`s${s}`));
  }
  let longest = 0;
  const start = performance.now();
  for (let i = 0; i < appends; i++) {
    const entries = make(i), from = performance.now();
    await store.append(entries);
    longest = Math.max(longest, performance.now() - from);
    if ((i + 1) % between > 0) continue;
    const last = new Map(entries.map((entry) => [entry.stream, entry.sequence]));
    for (const [name, sequence] of last) await store.saveSnapshot(name, { sequence, body: LARGE, extra: "" });
  }
  const each = (performance.now() - start) / appends;
  const [us, perSecond] = [each * 1000, 1000 / each].map((x) => x.toFixed(0).padStart(7));
  console.log(`${label.padEnd(12)} ${name.padEnd(24)} ${us} us ${perSecond}/s, longest ${longest.toFixed(1)} ms`);
}

async function measureSqlite(sync: Sync): Promise<void> {
  await withFile(async ({ path }) => {
    const store = await SqliteStore.open({ path, sync });
    for (const load of LOADS) await measure(`sqlite ${sync}`, store, sync === "os" ? load : fewer(load));
    console.log(`${" ".repeat(13)}file ${statSync(path).size / 1e6} MB, log ${statSync(`${path}-wal`).size / 1e6} MB`);
    await store.close();
  });
}

async function measurePostgres(): Promise<void> {
  const cluster = await Cluster.start({ fsync: process.argv.includes("--fsync") });
  const store = await PostgresStore.open({ url: cluster.url(await cluster.createDatabase()) });
  for (const load of LOADS) await measure("postgres", store, fewer(load));
  await store.close();
  await cluster.remove();
}

const fewer = (load: Load): Load => ({ ...load, appends: load.appends / 4 });

await measureSqlite("os");
await measureSqlite("disk");
if (HAS_POSTGRES) await measurePostgres();
