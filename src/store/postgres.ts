/** A store in Postgres, for several servers at once: who writes to a stream locks its row, and sequences tell conflicts. */
import { toEvent, toOctets, toStream } from "./rows.ts";
import type {
  Entry,
  Retention,
  Store,
  StoredAnswer,
  StoredEvent,
  StoredSnapshot,
  StoredState,
  StoredStream,
} from "./store.ts";
import { append } from "./postgres/append.ts";
import { type Address, Connections } from "./postgres/connection.ts";
import { PostgresIdentities } from "./postgres/identities.ts";
import { PostgresReplicas } from "./postgres/replicas.ts";

export type { Address };

const SAVE_SNAPSHOT = `
  WITH head AS (
    SELECT id FROM ncs_streams WHERE name = $1 AND sequence >= $2 FOR KEY SHARE
  ), kept AS (
    INSERT INTO ncs_snapshots (stream, sequence, extra, body) SELECT id, $2, $3, $4 FROM head
    ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence, extra = excluded.extra, body = excluded.body
    WHERE excluded.sequence >= ncs_snapshots.sequence
    RETURNING stream
  )
  DELETE FROM ncs_journal USING kept WHERE ncs_journal.stream = kept.stream AND sequence <= $2 AND time < $5`;

/** Two looks at an index tell that a stream has few enough events; only where it may not have, they are counted. */
const SWEEP_EVENTS = `
  WITH crowded AS MATERIALIZED (
    SELECT id FROM ncs_streams WHERE
      (SELECT max(sequence) FROM ncs_events WHERE stream = id) -
      (SELECT min(sequence) FROM ncs_events WHERE stream = id) >= $1
  ), cuts AS MATERIALIZED (
    SELECT id, cut.sequence FROM crowded, LATERAL
      (SELECT sequence FROM ncs_events WHERE stream = id ORDER BY sequence DESC LIMIT 1 OFFSET $1) AS cut
  )
  DELETE FROM ncs_events USING cuts WHERE stream = id AND ncs_events.sequence <= cuts.sequence`;

/** One look tells by the first event, or entry, of a stream whether any is too old. */
const SWEEP_OLD_EVENTS = `
  WITH old AS MATERIALIZED (
    SELECT id FROM ncs_streams WHERE (SELECT time FROM ncs_events WHERE stream = id ORDER BY sequence LIMIT 1) < $1
  )
  DELETE FROM ncs_events USING old WHERE stream = id AND time < $1`;
const SWEEP_JOURNAL = `
  WITH old AS MATERIALIZED (
    SELECT stream, sequence FROM ncs_snapshots AS held WHERE (
      SELECT time FROM ncs_journal WHERE stream = held.stream AND sequence <= held.sequence ORDER BY sequence LIMIT 1
    ) < $1
  )
  DELETE FROM ncs_journal USING old
  WHERE ncs_journal.stream = old.stream AND ncs_journal.sequence <= old.sequence AND time < $1`;

/**
 * The row stays, and with it who waits for it. What an append kept while this waited for the row must be seen, and go: so
 * the row is locked by a statement before.
 */
const LOCK = "SELECT id FROM ncs_streams WHERE name = $1 FOR UPDATE";
const IMPORT = `
  WITH made AS (
    INSERT INTO ncs_streams AS there (name, dims, parameters, created, creator, sequence)
    VALUES ($1, $2, $3, $4, $5, 1)
    ON CONFLICT (name) DO UPDATE SET
      dims = excluded.dims, parameters = excluded.parameters, created = excluded.created, creator = excluded.creator,
      sequence = there.sequence + 1
    WHERE $6::integer = 1
    RETURNING id, sequence
  ), no_journal AS (
    DELETE FROM ncs_journal USING made WHERE stream = id
  ), no_events AS (
    DELETE FROM ncs_events USING made WHERE stream = id
  ), no_answers AS (
    DELETE FROM ncs_answers USING made WHERE stream = id
  )
  INSERT INTO ncs_snapshots (stream, sequence, extra, body) SELECT id, sequence, $7, $8 FROM made
  ON CONFLICT (stream) DO UPDATE SET sequence = excluded.sequence, extra = excluded.extra, body = excluded.body`;

export class PostgresStore extends PostgresIdentities implements Store {
  readonly kind = "postgres";
  readonly replicas: PostgresReplicas;

  private constructor(connections: Connections) {
    super(connections);
    this.replicas = new PostgresReplicas(connections);
  }

  /** Connects, makes or updates the tables. Rejects with StoreError where a newer build wrote them. */
  static async open(address: Address): Promise<PostgresStore> {
    return new PostgresStore(await Connections.open(address));
  }

  async probe(): Promise<void> {
    await this.connections.query("UPDATE ncs_probe SET writes = writes + 1");
  }

  async close(): Promise<void> {
    await this.connections.close();
  }

  async streams(): Promise<StoredStream[]> {
    return (await this.connections.query("SELECT * FROM ncs_streams ORDER BY name")).map(toStream);
  }

  async stream(name: string): Promise<StoredStream | undefined> {
    const [row] = await this.connections.query("SELECT * FROM ncs_streams WHERE name = $1", name);
    return row && toStream(row);
  }

  async createStream({ name, dims, parameters, created, creator }: StoredStream): Promise<boolean> {
    const insert = `
      INSERT INTO ncs_streams (name, dims, parameters, created, creator) VALUES ($1, $2, $3, $4, $5)
      ON CONFLICT DO NOTHING`;
    return await this.connections.count(insert, name, dims, JSON.stringify(parameters), created, creator) > 0;
  }

  async importStream(
    { name, dims, parameters, created, creator }: StoredStream,
    { extra, body }: Omit<StoredSnapshot, "sequence">,
    replaces: boolean,
  ): Promise<boolean> {
    const values = [name, dims, JSON.stringify(parameters), created, creator, Number(replaces), extra, body];
    return await this.connections.change([LOCK, name], [IMPORT, ...values]) > 0;
  }

  async deleteStream(name: string): Promise<boolean> {
    return await this.connections.count("DELETE FROM ncs_streams WHERE name = $1", name) > 0;
  }

  async append(entries: readonly Entry[]): Promise<void> {
    await append(this.connections, entries);
  }

  async load(name: string): Promise<StoredState | undefined> {
    const [[row], [snapshot], entries] = await this.connections.read(
      ["SELECT * FROM ncs_streams WHERE name = $1", name],
      [
        `SELECT s.sequence, s.extra, s.body FROM ncs_snapshots s JOIN ncs_streams ON ncs_streams.id = stream
         WHERE name = $1`,
        name,
      ],
      [
        `SELECT j.sequence, j.time, j.kind, j.body FROM ncs_journal j JOIN ncs_streams ON ncs_streams.id = stream
         LEFT JOIN ncs_snapshots s ON s.stream = j.stream
         WHERE name = $1 AND j.sequence > coalesce(s.sequence, 0) ORDER BY j.sequence`,
        name,
      ],
    );
    return row && {
      stream: toStream(row),
      snapshot: snapshot && { ...snapshot, body: toOctets(snapshot.body) },
      entries: entries.map((entry) => ({ ...entry, body: toOctets(entry.body) })),
    };
  }

  async saveSnapshot(
    name: string,
    { sequence, body, extra }: StoredSnapshot,
    journalBefore = Infinity,
  ): Promise<void> {
    await this.connections.query(SAVE_SNAPSHOT, name, sequence, extra, body, journalBefore);
  }

  async lastEvent(name: string): Promise<number> {
    const [{ last }] = await this.connections.query(
      `SELECT max(e.sequence) AS last FROM ncs_events e JOIN ncs_streams ON ncs_streams.id = stream WHERE name = $1`,
      name,
    );
    return last ?? 0;
  }

  async events(name: string, after: number, limit: number): Promise<StoredEvent[]> {
    const rows = await this.connections.query(
      `SELECT e.* FROM ncs_events e JOIN ncs_streams ON ncs_streams.id = stream
       WHERE name = $1 AND e.sequence > $2 ORDER BY e.sequence LIMIT $3`,
      name,
      after,
      limit,
    );
    return rows.map(toEvent);
  }

  async answer(name: string, key: string): Promise<StoredAnswer | undefined> {
    const [row] = await this.connections.query(
      `SELECT key, fingerprint, type, body, time FROM ncs_answers JOIN ncs_streams ON ncs_streams.id = stream
       WHERE ncs_streams.name = $1 AND key = $2`,
      name,
      key,
    );
    return row && { ...row, body: toOctets(row.body) };
  }

  async sweep(keep: Retention): Promise<void> {
    const { connections } = this;
    await connections.query("DELETE FROM ncs_revoked_tokens WHERE expires <= $1", keep.now);
    await connections.query("DELETE FROM ncs_answers WHERE time < $1", keep.answersBefore);
    await connections.query("DELETE FROM ncs_audit WHERE id <= (SELECT max(id) FROM ncs_audit) - $1", keep.auditKept);
    await connections.query("DELETE FROM ncs_audit WHERE time < $1", keep.auditBefore);
    await connections.query(SWEEP_EVENTS, keep.eventsKept);
    await connections.query(SWEEP_OLD_EVENTS, keep.eventsBefore);
    await connections.query(SWEEP_JOURNAL, keep.journalBefore);
  }
}
