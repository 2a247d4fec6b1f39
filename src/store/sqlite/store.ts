// deno-lint-ignore-file require-await
/** A store in a SQLite database, whoever gives it: the statements are the same. */
import { type EventRow, type StreamRow, toEvent, toOctets, toStream } from "../rows.ts";
import {
  ConflictError,
  type Entry,
  type Retention,
  type Store,
  type StoredAnswer,
  type StoredEvent,
  type StoredSnapshot,
  type StoredState,
  type StoredStream,
} from "../store.ts";
import type { Database } from "./database.ts";
import { type Head, Heads } from "./heads.ts";
import { SqliteIdentities } from "./identities.ts";
import { isRowAlone, joined } from "./joined.ts";

/** Pages given back at a sweep: 4 MB. */
const SHRINK_PAGES = 512;

const DROP_ENTRIES = "DELETE FROM journal WHERE stream = ? AND sequence <= ? AND time < ?";

/** Two looks at an index tell that a stream has few enough events; only where it may not have, they are counted. */
const CROWDED = `SELECT id FROM streams WHERE
  (SELECT max(sequence) FROM events WHERE stream = streams.id) -
  (SELECT min(sequence) FROM events WHERE stream = streams.id) >= ?`;
const DROP_CROWD = `DELETE FROM events WHERE stream = ?1 AND sequence <=
  (SELECT sequence FROM events WHERE stream = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2)`;

/** One look tells by the first event, or entry, of a stream whether any is too old. */
const OLD_EVENTS = `SELECT id FROM streams WHERE
  (SELECT time FROM events WHERE stream = streams.id ORDER BY sequence LIMIT 1) < ?`;
const OLD_ENTRIES = `SELECT stream AS id, sequence AS held FROM snapshots WHERE
  (SELECT time FROM journal WHERE stream = snapshots.stream AND sequence <= snapshots.sequence
   ORDER BY sequence LIMIT 1) < ?`;

type Octets = Uint8Array<ArrayBuffer>;

/** What has octets that may be many: entries by sequence, snapshots by 0, answers by key. */
export type Holder = "journal" | "snapshots" | "answers";

export class SqlStore extends SqliteIdentities implements Store {
  readonly kind = "sqlite";
  #heads: Heads;

  constructor(connection: Database) {
    super(connection);
    this.#heads = new Heads(connection);
  }

  /** Keeps what of a body does not go into its row; answers what goes there. In the transaction of the row. */
  protected split(_holder: Holder, _stream: number, _key: string | number, body: Octets): Octets {
    return body;
  }

  /** The body whose row holds `kept`. */
  protected join(_holder: Holder, _stream: number, _key: string | number, kept: Octets): Octets {
    return kept;
  }

  async probe(): Promise<void> {
    this.connection.run("UPDATE probe SET writes = writes + 1");
  }

  async close(): Promise<void> {
    this.connection.close();
  }

  async streams(): Promise<StoredStream[]> {
    return this.connection.all<StreamRow>("SELECT * FROM streams ORDER BY name").map(toStream);
  }

  async stream(name: string): Promise<StoredStream | undefined> {
    const row = this.connection.get<StreamRow>("SELECT * FROM streams WHERE name = ?", name);
    return row && toStream(row);
  }

  async createStream(stream: StoredStream): Promise<boolean> {
    return this.#insertStream(stream);
  }

  #insertStream({ name, dims, parameters, created, creator }: StoredStream): boolean {
    const insert = "INSERT OR IGNORE INTO streams (name, dims, parameters, created, creator) VALUES (?, ?, ?, ?, ?)";
    return this.connection.run(insert, name, dims, JSON.stringify(parameters), created, creator) > 0;
  }

  async importStream(
    stream: StoredStream,
    state: Omit<StoredSnapshot, "sequence">,
    replaces: boolean,
  ): Promise<boolean> {
    const there = this.#heads.get(stream.name), sequence = (there?.last ?? 0) + 1;
    if (there && !replaces) return false;
    this.#heads.forget(stream.name);
    this.connection.transaction(() => {
      this.connection.run("DELETE FROM streams WHERE name = ?", stream.name);
      this.#insertStream(stream);
      const { id } = this.connection.get<{ id: number }>("SELECT id FROM streams WHERE name = ?", stream.name)!;
      this.#insertSnapshot(id, { ...state, sequence });
    });
    return true;
  }

  async deleteStream(name: string): Promise<boolean> {
    this.#heads.forget(name);
    return this.connection.run("DELETE FROM streams WHERE name = ?", name) > 0;
  }

  async append(entries: readonly Entry[]): Promise<void> {
    const heads = this.#heads.check(entries), rows = joined(entries);
    const keep = (row: Entry) => this.#keep(heads.get(row.stream)!, row);
    try {
      // One statement is a transaction by itself, at two thirds of the cost.
      if (rows.length === 1 && isRowAlone(rows[0])) keep(rows[0]);
      else this.connection.transaction(() => rows.forEach(keep));
    } catch (error) {
      this.#heads.forget();
      throw this.connection.isConstraint(error)
        ? new ConflictError("an event of these entries is there already")
        : error;
    }
    for (const { stream, sequence } of rows) heads.get(stream)!.last = sequence;
  }

  #keep(head: Head, entry: Entry): void {
    this.#insert(head, entry);
    this.#insertEvents(head.id, entry.events);
    if (entry.answer) this.#insertAnswer(head.id, entry.answer);
    if (entry.dims !== undefined) this.connection.run("UPDATE streams SET dims = ? WHERE id = ?", entry.dims, head.id);
    if (entry.parameters) {
      const parameters = JSON.stringify(entry.parameters);
      this.connection.run("UPDATE streams SET parameters = ? WHERE id = ?", parameters, head.id);
    }
  }

  #insert(head: Head, { sequence, time, kind, body }: Entry): void {
    const insert = "INSERT INTO journal (stream, sequence, time, kind, body) VALUES (?, ?, ?, ?, ?)";
    this.connection.run(insert, head.id, sequence, time, kind, this.split("journal", head.id, sequence, body));
  }

  #insertEvents(stream: number, events: readonly StoredEvent[]): void {
    const insert =
      "INSERT INTO events (stream, sequence, time, type, point, cluster, other) VALUES (?, ?, ?, ?, ?, ?, ?)";
    for (const { sequence, time, type, point, id, other } of events) {
      this.connection.run(insert, stream, sequence, time, type, point, id, other);
    }
  }

  #insertAnswer(stream: number, { key, fingerprint, time, type, body }: StoredAnswer): void {
    const insert =
      "INSERT OR REPLACE INTO answers (stream, key, fingerprint, time, type, body) VALUES (?, ?, ?, ?, ?, ?)";
    this.connection.run(insert, stream, key, fingerprint, time, type, this.split("answers", stream, key, body));
  }

  async load(name: string): Promise<StoredState | undefined> {
    const stream = await this.stream(name), head = this.#heads.get(name);
    if (!stream || !head) return undefined;
    const select = "SELECT sequence, extra, body FROM snapshots WHERE stream = ?";
    const snapshot = this.connection.get<StoredSnapshot>(select, head.id);
    const after = "SELECT sequence, time, kind, body FROM journal WHERE stream = ? AND sequence > ? ORDER BY sequence";
    const entries = this.connection.all<StoredState["entries"][number]>(after, head.id, snapshot?.sequence ?? 0);
    return {
      stream,
      snapshot: snapshot && { ...snapshot, body: this.join("snapshots", head.id, 0, toOctets(snapshot.body)) },
      entries: entries.map((entry) => (
        { ...entry, body: this.join("journal", head.id, entry.sequence, toOctets(entry.body)) }
      )),
    };
  }

  async saveSnapshot(name: string, snapshot: StoredSnapshot, journalBefore = Infinity): Promise<void> {
    const head = this.#heads.get(name), { sequence } = snapshot;
    if (!head || sequence > head.last) return;
    this.connection.transaction(() => {
      const later = "SELECT sequence FROM snapshots WHERE stream = ? AND sequence > ?";
      if (this.connection.get(later, head.id, sequence)) return;
      this.#insertSnapshot(head.id, snapshot);
      this.connection.run(DROP_ENTRIES, head.id, sequence, journalBefore);
    });
  }

  #insertSnapshot(stream: number, { sequence, body, extra }: StoredSnapshot): void {
    const kept = this.split("snapshots", stream, 0, body);
    const insert = "INSERT OR REPLACE INTO snapshots (stream, sequence, extra, body) VALUES (?, ?, ?, ?)";
    this.connection.run(insert, stream, sequence, extra, kept);
  }

  async lastEvent(name: string): Promise<number> {
    const head = this.#heads.get(name);
    const select = "SELECT max(sequence) AS last FROM events WHERE stream = ?";
    return (head && this.connection.get<{ last: number | null }>(select, head.id)?.last) ?? 0;
  }

  async events(name: string, after: number, limit: number): Promise<StoredEvent[]> {
    const head = this.#heads.get(name);
    if (!head) return [];
    const select = "SELECT * FROM events WHERE stream = ? AND sequence > ? ORDER BY sequence LIMIT ?";
    return this.connection.all<EventRow>(select, head.id, after, limit).map(toEvent);
  }

  async answer(name: string, key: string): Promise<StoredAnswer | undefined> {
    const head = this.#heads.get(name);
    const select = "SELECT key, fingerprint, type, body, time FROM answers WHERE stream = ? AND key = ?";
    const row = head && this.connection.get<StoredAnswer>(select, head.id, key);
    return row && { ...row, body: this.join("answers", head.id, key, toOctets(row.body)) };
  }

  async sweep(keep: Retention): Promise<void> {
    const { connection } = this;
    connection.run("DELETE FROM revoked_tokens WHERE expires <= ?", keep.now);
    connection.run("DELETE FROM answers WHERE time < ?", keep.answersBefore);
    connection.run("DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?", keep.auditKept);
    connection.run("DELETE FROM audit WHERE time < ?", keep.auditBefore);
    for (const { id } of connection.all<{ id: number }>(CROWDED, keep.eventsKept)) {
      connection.run(DROP_CROWD, id, keep.eventsKept);
    }
    for (const { id } of connection.all<{ id: number }>(OLD_EVENTS, keep.eventsBefore)) {
      connection.run("DELETE FROM events WHERE stream = ? AND time < ?", id, keep.eventsBefore);
    }
    for (const { id, held } of connection.all<{ id: number; held: number }>(OLD_ENTRIES, keep.journalBefore)) {
      connection.run(DROP_ENTRIES, id, held, keep.journalBefore);
    }
    connection.shrink(SHRINK_PAGES);
  }
}
