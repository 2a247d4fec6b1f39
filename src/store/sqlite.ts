/** A store in one SQLite file, for one server: SQLite runs in the process, so a write is a message to a thread, not a trip. */
import type { Store } from "./store.ts";
import type { Sync } from "./sqlite/connection.ts";
import { openInThread } from "./sqlite/thread.ts";

export type { Sync };
export type SqliteStore = Store;

export const SqliteStore = {
  /** Opens or makes the file at `path`. Rejects with StoreError where another process has it or a newer build wrote it. */
  open: ({ path, sync = "os" }: { path: string; sync?: Sync }): Promise<SqliteStore> => openInThread(path, sync),
};
