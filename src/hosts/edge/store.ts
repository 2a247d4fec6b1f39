/** The store in a Durable Object: the statements of a SQLite file; octets that are too many for a row lie in several. */
import { joinOctets } from "../../octets.ts";
import { ROW_BYTES } from "../../store/sqlite/joined.ts";
import { type Holder, SqlStore } from "../../store/sqlite/store.ts";
import type { ObjectDatabase } from "./database.ts";

type Octets = Uint8Array<ArrayBuffer>;

export class ObjectStore extends SqlStore {
  constructor(readonly database: ObjectDatabase) {
    super(database);
  }

  protected override split(holder: Holder, stream: number, key: string | number, body: Octets): Octets {
    this.database.run("DELETE FROM octets WHERE holder = ? AND stream = ? AND key = ?", holder, stream, key);
    for (let part = 1; part * ROW_BYTES < body.byteLength; part++) {
      const octets = body.subarray(part * ROW_BYTES, (part + 1) * ROW_BYTES);
      this.database.run("INSERT INTO octets VALUES (?, ?, ?, ?, ?)", holder, stream, key, part, octets);
    }
    return body.subarray(0, ROW_BYTES);
  }

  protected override join(holder: Holder, stream: number, key: string | number, kept: Octets): Octets {
    if (kept.byteLength < ROW_BYTES) return kept;
    const select = "SELECT body FROM octets WHERE holder = ? AND stream = ? AND key = ? ORDER BY part";
    const more = this.database.all<{ body: Octets }>(select, holder, stream, key).map(({ body }) => body);
    return joinOctets([kept, ...more]);
  }
}
