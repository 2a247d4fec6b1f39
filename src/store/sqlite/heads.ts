/** Where each stream's journal ends. The file has one writer, so what is remembered here is what it says. */
import { ConflictError, type Entry } from "../store.ts";
import type { Database } from "./database.ts";

/** Streams remembered; the rest are read again. */
const HEADS_MAX = 10_000;

export interface Head {
  /** Of its row in `streams`. */
  id: number;
  /** Sequence of the last entry, 0 before the first. */
  last: number;
}

const HEAD = `
  SELECT id, max(
    coalesce((SELECT max(sequence) FROM journal WHERE stream = streams.id), 0),
    coalesce((SELECT sequence FROM snapshots WHERE stream = streams.id), 0)
  ) AS last FROM streams WHERE name = ?`;

export class Heads {
  #connection: Database;
  #heads = new Map<string, Head>();

  constructor(connection: Database) {
    this.#connection = connection;
  }

  get(name: string): Head | undefined {
    const known = this.#heads.get(name);
    if (known) return known;
    const row = this.#connection.get<Head>(HEAD, name);
    if (!row) return undefined;
    if (this.#heads.size >= HEADS_MAX) this.#heads.clear();
    const head = { id: row.id, last: row.last };
    this.#heads.set(name, head);
    return head;
  }

  /** The head of each entry's stream, by its name. Throws ConflictError where an entry does not follow. */
  check(entries: readonly Entry[]): Map<string, Head> {
    const heads = new Map<string, Head>(), lasts = new Map<string, number>();
    for (const { stream, sequence } of entries) {
      const head = heads.get(stream) ?? this.get(stream);
      if (!head) throw new ConflictError(`there is no stream ${stream}`);
      const last = lasts.get(stream) ?? head.last;
      if (sequence !== last + 1) throw new ConflictError(`entry ${sequence} of ${stream} follows ${last}`);
      heads.set(stream, head);
      lasts.set(stream, sequence);
    }
    return heads;
  }

  /** Forgets one stream, or all: they are read anew. */
  forget(name?: string): void {
    if (name === undefined) this.#heads.clear();
    else this.#heads.delete(name);
  }
}
