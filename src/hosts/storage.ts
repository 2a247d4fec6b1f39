/** The store that the configuration asks for. Drivers are loaded only where they are used. */
import type { Store } from "../store/mod.ts";
import type { Address } from "../store/postgres.ts";
import { withoutEnvironment } from "./environment.ts";

/** Where everything is kept. */
export interface Storage {
  /** Folder of the SQLite file. */
  dataDir: string;
  /** os: survives the end of the process; disk: survives a power cut too, at the price of a sync a commit. */
  sync: "os" | "disk";
  /** In place of the file. */
  postgres?: Address;
}

/** Opens and migrates. Rejects with StoreError where it is in use, too new, or out of reach. */
export async function openStore({ dataDir, sync, postgres }: Storage): Promise<Store> {
  if (postgres) {
    return await withoutEnvironment(async () => (await import("../store/postgres.ts")).PostgresStore.open(postgres));
  }
  return await (await import("../store/sqlite.ts")).SqliteStore.open({ path: `${dataDir}/ncs.db`, sync });
}
