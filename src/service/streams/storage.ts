/** The one name of whatever the store fails with, so that it is answered by 503 wherever it is met. */

/** Thrown where the store cannot be read or written, with its reason as the cause. */
export class StorageError extends Error {
  override readonly name = "StorageError";
}

export function asStorageError(cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  return new StorageError(`the store fails: ${cause instanceof Error ? cause.message : cause}`, { cause });
}

/** Reads what the store has of something: that a newer build kept it, or that it is damaged, is no fault of who asks. */
export function fromStore<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new StorageError(`what is kept of ${what} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
