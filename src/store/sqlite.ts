/** A store in one SQLite file, for one server: SQLite runs in the process, so a write costs microseconds, not a trip. */
import { Connection, type Sync } from "./sqlite/connection.ts";
import { SqlStore } from "./sqlite/store.ts";

export type { Sync };

export class SqliteStore extends SqlStore {
  /** Opens or makes the file at `path`. Rejects with StoreError where another process has it or a newer build wrote it. */
  // deno-lint-ignore require-await
  static async open({ path, sync = "os" }: { path: string; sync?: Sync }): Promise<SqliteStore> {
    return new SqliteStore(Connection.open(path, sync));
  }
}
