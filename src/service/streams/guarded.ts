/** A store that says in one way that it is out of reach, and once it is found to be, says so at once. */
import { ConflictError, type Store } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";
import { asStorageError, type StorageError } from "./storage.ts";

/** After a read failed, and after each that is tried then, others are refused for so long. */
const PAUSE_MS = 100;

/**
 * What fails when nothing can be read. Each may wait for the store's whole time to answer, and those that take turns wait
 * one after the other: so after the first that fails one at a time is tried and the others are refused, until anything goes
 * well. A store that cannot write (a full disk) is not out of reach: the journal refuses writes, and what is read goes on.
 */
const READS = new Set<PropertyKey>(["load", "answer", "stream", "streams", "events"]);

/** The same store; what rejects does so with StorageError, conflicts apart. */
export function guarded(store: Store, clock: Clock): Store {
  const reach = new Reach(clock);
  const methods = new Map<PropertyKey, unknown>();
  return new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      const method: Method = (...args) => Reflect.get(target, name, target).apply(target, args);
      if (!methods.has(name)) methods.set(name, reach.guard(method, READS.has(name)));
      return methods.get(name);
    },
  });
}

type Method = (...args: unknown[]) => Promise<unknown>;

class Reach {
  #failure: StorageError | undefined;
  /** When the next read is tried, by elapsed(); never while one is. */
  #retryAt = 0;

  constructor(readonly clock: Clock) {}

  guard(method: Method, isRead: boolean): Method {
    return async (...args) => {
      if (isRead && this.#failure) this.#checkRetry(this.#failure);
      try {
        const answer = await method(...args);
        this.#failure = undefined;
        return answer;
      } catch (error) {
        if (error instanceof ConflictError) throw error;
        const failure = asStorageError(error);
        if (isRead) {
          this.#failure = failure;
          this.#retryAt = this.clock.elapsed() + PAUSE_MS;
        }
        throw failure;
      }
    };
  }

  #checkRetry(failure: StorageError): void {
    if (this.clock.elapsed() < this.#retryAt) throw failure;
    this.#retryAt = Infinity;
  }
}
