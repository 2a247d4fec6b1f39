/**
 * A process that appends to a store until it is killed, printing each acknowledged sequence. Arguments: sqlite <path> or
 * postgres <url>. Entries are written alone and in groups, with events and snapshots between, as the service does.
 */
import { writeSync } from "node:fs";
import process from "node:process";
import type { Store } from "../../src/store/mod.ts";
import { PostgresStore } from "../../src/store/postgres.ts";
import { SqliteStore } from "../../src/store/sqlite.ts";
import { entry, event, stream } from "./things.ts";

async function open(kind: string, place: string): Promise<Store> {
  return kind === "sqlite" ? await SqliteStore.open({ path: place }) : await PostgresStore.open({ url: place });
}

const store = await open(process.argv[2], process.argv[3]);
await store.createStream(stream("a"));
for (let sequence = 1;; sequence += 3) {
  await store.append([entry("a", sequence)]);
  writeSync(1, `${sequence}\n`);
  await store.append([entry("a", sequence + 1, { events: [event(sequence)] }), entry("a", sequence + 2)]);
  writeSync(1, `${sequence + 2}\n`);
  if (sequence % 300 === 1) await store.saveSnapshot("a", { sequence, body: new Uint8Array(50_000), extra: "" });
}
