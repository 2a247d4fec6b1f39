/** The store as the service uses it: whatever it fails with has one name, so that it is answered by 503 wherever it is met. */
import { ConflictError, type Store } from "../../store/mod.ts";

/** Thrown where the store cannot be read or written, with its reason as the cause. */
export class StorageError extends Error {
  override readonly name = "StorageError";
}

export function asStorageError(cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  return new StorageError(`the store fails: ${cause instanceof Error ? cause.message : cause}`, { cause });
}

/** The same store, that throws StorageError where it fails. A conflict is an answer, not a failure. */
export function guarded(store: Store): Store {
  const guard = (method: (...args: unknown[]) => Promise<unknown>) => async (...args: unknown[]) => {
    try {
      return await method.apply(store, args);
    } catch (error) {
      throw error instanceof ConflictError ? error : asStorageError(error);
    }
  };
  return new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? guard(value) : value;
    },
  });
}
