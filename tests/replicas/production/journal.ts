/** Every entry that the journal ever took, and the states that one process makes of them. */
import postgres from "postgres";
import type { StoredState } from "../../../src/store/mod.ts";
import { StreamState } from "../../../src/service/streams/state.ts";
import { pointsOfChange } from "../../../src/service/streams/change.ts";
import { kernel } from "../../kernel.ts";
import { DIMS } from "./shape.ts";

/** In the transaction of the entry itself; the journal's own rows go when a snapshot has them. */
const COPY = `
  CREATE TABLE journal_copy (LIKE ncs_journal);
  CREATE FUNCTION copy_entry() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO journal_copy SELECT NEW.*; RETURN NEW; END $$;
  CREATE TRIGGER copy_entry AFTER INSERT ON ncs_journal FOR EACH ROW EXECUTE FUNCTION copy_entry()`;

type Entries = StoredState["entries"];

async function ask<T>(url: string, act: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, fetch_types: false });
  try {
    return await act(sql);
  } finally {
    await sql.end();
  }
}

/** From now on every entry is kept twice. */
export async function copyJournal(url: string): Promise<void> {
  await ask(url, (sql) => sql.unsafe(COPY));
}

/** The entries of each stream, by its name, in order. */
export async function readCopy(url: string): Promise<Map<string, Entries>> {
  const rows = await ask(url, (sql) =>
    sql.unsafe(`
      SELECT name, journal_copy.sequence::float8, time, kind, body FROM journal_copy JOIN ncs_streams ON id = stream
      ORDER BY name, journal_copy.sequence`));
  const streams = new Map<string, Entries>();
  for (const { name, sequence, time, kind, body } of rows) {
    if (!streams.has(name)) streams.set(name, []);
    streams.get(name)!.push({ sequence, time, kind, body: new Uint8Array(body) });
  }
  return streams;
}

/** Which batch an entry learned: the first point says it. */
export function batchOf(entry: Entries[number]): string {
  const [who, number] = pointsOfChange(entry);
  return `${who}-${number}`;
}

/** The state that a process has which was given the entries and never stopped. Throws where one is missing or there twice. */
export function replay(name: string, entries: Entries): Uint8Array {
  const odd = entries.find(({ sequence }, index) => sequence !== index + 1);
  if (odd) throw new Error(`the journal of ${name} has no run of entries: ${odd.sequence} is out of order`);
  const stream = { name, dims: DIMS, parameters: {}, creator: null, created: 0 };
  return StreamState.read(kernel, { stream, snapshot: undefined, entries }).engine!.snapshot();
}

/** Ids of the replicas' leases by their URLs, and how many streams each has. */
export async function streamsByReplica(url: string): Promise<Map<string, number>> {
  const rows = await ask(url, (sql) =>
    sql.unsafe(`
      SELECT r.url, count(s.id)::int AS streams FROM ncs_replicas r LEFT JOIN ncs_streams s ON s.owner = r.id
      WHERE r.expires > clock_timestamp() GROUP BY r.url`));
  return new Map(rows.map(({ url, streams }) => [url, streams]));
}
