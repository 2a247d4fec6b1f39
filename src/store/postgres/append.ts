/** The append as one statement: one trip to the server, a transaction by itself, and checked where the rows are. */
import { ConflictError, type Entry, type StoredAnswer } from "../store.ts";
import type { Connections } from "./connection.ts";

/**
 * $1 the streams, $2 the entries, $3 their events, $4 their answers, each a JSON array.
 *
 * `heads` locks the streams, by name so that no two processes wait for each other, and sees them as they are once the
 * locks are had. An entry that does not follow its stream's head finds no head to join, and with it no stream: NULL is
 * refused there, which undoes the whole statement.
 */
const APPEND = `
  WITH streams AS MATERIALIZED (
    SELECT * FROM json_to_recordset($1::text::json)
      AS stream (name text, epoch bigint, before bigint, last bigint, dims integer, parameters text)
  ), entries AS MATERIALIZED (
    SELECT * FROM json_to_recordset($2::text::json)
      AS entry (name text, sequence bigint, time double precision, kind text, body text)
  ), heads AS MATERIALIZED (
    SELECT id, name, epoch, sequence FROM ncs_streams WHERE name IN (SELECT name FROM streams)
    ORDER BY name FOR NO KEY UPDATE
  ), following AS MATERIALIZED (
    SELECT heads.id, streams.* FROM streams LEFT JOIN heads ON heads.name = streams.name AND heads.sequence = before
      AND heads.epoch = coalesce(streams.epoch, heads.epoch)
  ), kept_entries AS (
    INSERT INTO ncs_journal (stream, sequence, time, kind, body)
    SELECT id, sequence, time, kind, decode(body, 'base64') FROM entries JOIN following USING (name)
  ), kept_events AS (
    INSERT INTO ncs_events (stream, sequence, time, type, point, cluster, other)
    SELECT following.id, event.sequence, time, type, point, event.id, other FROM json_to_recordset($3::text::json)
      AS event (name text, sequence bigint, time double precision, type text, point bigint, id bigint, other bigint)
    JOIN following USING (name)
  ), kept_answers AS (
    INSERT INTO ncs_answers (stream, key, fingerprint, time, type, body)
    SELECT id, key, fingerprint, time, type, decode(body, 'base64') FROM json_to_recordset($4::text::json)
      AS answer (name text, key text, fingerprint text, time double precision, type text, body text)
    JOIN following USING (name)
    ON CONFLICT (stream, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, time = excluded.time, type = excluded.type, body = excluded.body
  )
  UPDATE ncs_streams SET
    sequence = last,
    dims = coalesce(following.dims, ncs_streams.dims),
    parameters = coalesce(following.parameters, ncs_streams.parameters)
  FROM following WHERE ncs_streams.id = following.id`;

const NOT_NULL_VIOLATION = "23502", FOREIGN_KEY_VIOLATION = "23503", UNIQUE_VIOLATION = "23505";
const CONFLICTS = [NOT_NULL_VIOLATION, FOREIGN_KEY_VIOLATION, UNIQUE_VIOLATION];

/** What an append does to one stream. */
interface Change {
  name: string;
  epoch?: number;
  /** Sequence of the last entry before and after. */
  before: number;
  last: number;
  dims?: number;
  parameters?: string;
}

const toBase64 = (octets: Uint8Array) =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString("base64");

/** Throws ConflictError where the entries of a stream do not follow each other. */
function changesOf(entries: readonly Entry[]): Change[] {
  const changes = new Map<string, Change>();
  for (const { stream, epoch, sequence, dims, parameters } of entries) {
    const change = changes.get(stream) ?? { name: stream, epoch, before: sequence - 1, last: sequence - 1 };
    if (sequence !== change.last + 1 || epoch !== change.epoch) {
      throw new ConflictError(`entry ${sequence} of ${stream} follows ${change.last}, or is of another epoch`);
    }
    change.last = sequence;
    if (dims !== undefined) change.dims = dims;
    if (parameters) change.parameters = JSON.stringify(parameters);
    changes.set(stream, change);
  }
  return [...changes.values()];
}

/** The last answer of each key: one statement writes a row once. */
function answersOf(entries: readonly Entry[]) {
  const answers = new Map<string, { name: string } & Omit<StoredAnswer, "body"> & { body: string }>();
  for (const { stream: name, answer } of entries) {
    if (answer) answers.set(`${name} ${answer.key}`, { name, ...answer, body: toBase64(answer.body) });
  }
  return [...answers.values()];
}

export async function append(connections: Connections, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const changes = changesOf(entries);
  const rows = entries.map(({ stream: name, sequence, time, kind, body }) => ({
    name,
    sequence,
    time,
    kind,
    body: toBase64(body),
  }));
  const events = entries.flatMap(({ stream: name, events }) => events.map((event) => ({ name, ...event })));
  try {
    const parts = [changes, rows, events, answersOf(entries)].map((part) => JSON.stringify(part));
    await connections.query(APPEND, ...parts);
  } catch (error) {
    if (!CONFLICTS.includes((error as { code?: string }).code ?? "")) throw error;
    const names = changes.map(({ name, last }) => `${name} up to ${last}`).join(", ");
    throw new ConflictError(`another process wrote to these streams: ${names}`, { cause: error });
  }
}
