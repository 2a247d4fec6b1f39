/** The thread of a store in a SQLite file: does what thread.ts asks, one call after the other. */
import { Connection, type Sync } from "./connection.ts";
import { SqlStore } from "./store.ts";
import type { Call, Outcome } from "./thread.ts";

const scope = globalThis as unknown as {
  onmessage: (event: { data: Call }) => void;
  postMessage(outcome: Outcome): void;
};

class FileStore extends SqlStore {
  constructor(path: string, sync: Sync) {
    super(Connection.open(path, sync));
  }
}

let store: FileStore | undefined;

scope.onmessage = async ({ data: { id, method, args } }) => {
  try {
    scope.postMessage({ id, answer: await act(method, args) });
  } catch (error) {
    const { name, message } = error as Error;
    scope.postMessage({ id, fault: { name, message } });
  }
};

async function act(method: string, args: unknown[]): Promise<unknown> {
  if (method === "open") return void (store = new FileStore(...args as [string, Sync]));
  return await (store as unknown as Record<string, (...args: unknown[]) => Promise<unknown>> | undefined)?.[method](
    ...args,
  );
}
