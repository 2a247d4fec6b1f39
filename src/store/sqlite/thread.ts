/**
 * A store in a thread of its own: while it writes, and while it waits for a disk, requests are answered and points learned.
 * Calls are done in their order.
 */
import { StoreError } from "../migrations.ts";
import { ConflictError, type Entry, type Store } from "../store.ts";
import type { Sync } from "./connection.ts";
import { joined, type Row } from "./joined.ts";

/** What the thread does: an open, then what is asked of its store. */
export interface Call {
  id: number;
  method: string;
  args: unknown[];
}

/** What became of a call: `fault` is an error's name and message. */
export interface Outcome {
  id: number;
  answer?: unknown;
  fault?: { name: string; message: string };
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** What is sent as it is; a method that the store gets and this lacks does not compile. */
const METHODS: Record<Exclude<keyof Store, "kind" | "replicas" | "append" | "close">, true> = {
  probe: true,
  streams: true,
  stream: true,
  createStream: true,
  deleteStream: true,
  importStream: true,
  load: true,
  saveSnapshot: true,
  lastEvent: true,
  events: true,
  answer: true,
  user: true,
  saveUser: true,
  apiKeys: true,
  apiKey: true,
  createApiKey: true,
  deleteApiKey: true,
  noteApiKeyUse: true,
  revokeToken: true,
  revokedTokens: true,
  noteAudit: true,
  audit: true,
  sweep: true,
};

/** Opens the store of a file in a thread. Rejects with StoreError. */
export async function openInThread(path: string, sync: Sync): Promise<Store> {
  const thread = new Thread();
  await thread.call("open", path, sync).catch(async (error) => {
    await thread.close();
    throw error;
  });
  const calls = Object.keys(METHODS).map((method) =>
    [method, (...args: unknown[]) => thread.call(method, ...args)] as const
  );
  return {
    kind: "sqlite",
    ...Object.fromEntries(calls),
    append: (entries: readonly Entry[]) => thread.call("appendRows", joined(entries).map(compact)),
    close: () => thread.close(),
  } as Store;
}

class Thread {
  #worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  #waiting = new Map<number, Waiting>();
  #calls = 0;
  #end: Error | undefined;

  constructor() {
    this.#worker.onmessage = ({ data }) => this.#settle(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Error(`the thread of the store ended: ${event.message}`));
    };
  }

  call(method: string, ...args: unknown[]): Promise<unknown> {
    if (this.#end) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      const id = ++this.#calls;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, method, args } satisfies Call);
    });
  }

  async close(): Promise<void> {
    if (this.#end) return;
    try {
      await this.call("close");
    } finally {
      this.#fail(new Error("the store is closed"));
      this.#worker.terminate();
    }
  }

  #settle({ id, answer, fault }: Outcome): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (fault) waiting?.reject(errorOf(fault));
    else waiting?.resolve(answer);
  }

  #fail(error: Error): void {
    this.#end ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** What is sent is copied with all of its buffer. */
function compact(row: Row): Row {
  return row.body.byteLength === row.body.buffer.byteLength ? row : { ...row, body: row.body.slice() };
}

function errorOf({ name, message }: NonNullable<Outcome["fault"]>): Error {
  if (name === "ConflictError") return new ConflictError(message);
  return name === "StoreError" ? new StoreError(message) : new Error(message);
}
