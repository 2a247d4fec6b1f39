/** SQLite stores in folders of their own, gone afterwards. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteStore } from "../../src/store/sqlite.ts";

/** A new folder with the path of a file in it, in a folder that is not there yet; `remove` takes all of it away. */
function temporaryFile() {
  const folder = mkdtempSync(join(tmpdir(), "ncs-store-"));
  return {
    folder,
    path: join(folder, "data", "ncs.db"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs `act` with a file that is not there yet, in a folder that goes away afterwards. */
export async function withFile(act: (file: { folder: string; path: string }) => Promise<void>): Promise<void> {
  const file = temporaryFile();
  try {
    await act(file);
  } finally {
    file.remove();
  }
}

export async function openTemporarySqlite() {
  const file = temporaryFile(), store = await SqliteStore.open({ path: file.path });
  const close = async () => {
    await store.close();
    file.remove();
  };
  return { store, close };
}
