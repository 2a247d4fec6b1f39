/** The directory: which streams there are, and who may do what. One object has it; the objects of streams ask it. */
import type { Store, StoredState, StoredStream } from "../../store/mod.ts";
import { ObjectStore } from "./store.ts";
import type { Stub } from "./workerd.d.ts";

/** What is asked of it. */
const ASKED = [
  "streams",
  "stream",
  "createStream",
  "deleteStream",
  "user",
  "saveUser",
  "apiKeys",
  "apiKey",
  "createApiKey",
  "deleteApiKey",
  "noteApiKeyUse",
  "revokeToken",
  "revokedTokens",
  "noteAudit",
  "audit",
  "sweep",
] as const;

export type Directory = Pick<Store, typeof ASKED[number]> & {
  /** Takes over what a write set of a stream; nothing where there is no such stream. */
  noteStream(name: string, now: Partial<Pick<StoredStream, "dims" | "parameters">>): Promise<void>;
};

export type Question = keyof Directory;

/** The object that has the directory, from outside. */
export interface DirectoryStub extends Stub {
  ask(question: Question, args: unknown[]): Promise<unknown>;
}

/** The directory behind a stub. Its methods reject with what the object says, or with that it is out of reach. */
export function directoryOf(stub: DirectoryStub): Directory {
  const entries = [...ASKED, "noteStream" as const].map((
    question,
  ) => [question, (...args: unknown[]) => stub.ask(question, args)]);
  return Object.fromEntries(entries);
}

/** What the object keeps: rows of `streams` without journals, and identities. */
export class DirectoryStore extends ObjectStore implements Directory {
  /** Nothing is learned here, whatever path a request takes. */
  override load(): Promise<StoredState | undefined> {
    return Promise.resolve(undefined);
  }

  // deno-lint-ignore require-await
  async noteStream(name: string, { dims, parameters }: Parameters<Directory["noteStream"]>[1]): Promise<void> {
    this.database.run(
      "UPDATE streams SET dims = coalesce(?, dims), parameters = coalesce(?, parameters) WHERE name = ?",
      dims ?? null,
      parameters ? JSON.stringify(parameters) : null,
      name,
    );
  }
}
