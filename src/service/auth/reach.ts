/** Work on the store whose failure is the store's, not the server's. */
import { StorageError } from "../streams/journal.ts";

/** As the work; rejects with StorageError, whatever the store said. */
export async function reach<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new StorageError("accounts are out of reach", { cause });
  }
}
