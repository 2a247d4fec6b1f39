/**
 * The store of a stream's object: the stream is kept here, identities and the list of streams by the directory. A stream
 * is in the directory before it is here, and is gone from here before it is gone from there: what an end between the two
 * leaves behind is a stream that is empty, never the points of an older one under its name.
 */
import type {
  AuditQuery,
  Entry,
  Retention,
  StoredApiKey,
  StoredAudit,
  StoredStream,
  StoredUser,
} from "../../store/mod.ts";
import type { ObjectDatabase } from "./database.ts";
import type { Directory } from "./directory.ts";
import { ObjectStore } from "./store.ts";

export class StreamStore extends ObjectStore {
  #directory: Directory;
  /** Counts beginnings and ends of deletions, so that what the directory said before one is not taken over after it. */
  #deletions = 0;

  constructor(
    database: ObjectDatabase,
    directory: Directory,
    readonly onError: (error: unknown) => void,
    /** The stream that the object is of: it knows no other, whatever path a request takes. Undefined: any. */
    readonly own?: string,
  ) {
    super(database);
    this.#directory = directory;
  }

  override streams(): Promise<StoredStream[]> {
    return this.#directory.streams();
  }

  /** From the directory where it is not here yet. */
  override async stream(name: string): Promise<StoredStream | undefined> {
    if (this.#isForeign(name)) return undefined;
    const here = this.database.isMade ? await super.stream(name) : undefined;
    if (here) return here;
    const deletions = this.#deletions, there = await this.#directory.stream(name);
    if (!there || deletions !== this.#deletions || deletions % 2 === 1) return undefined;
    await super.createStream(there);
    return there;
  }

  override async createStream(stream: StoredStream): Promise<boolean> {
    if (this.#isForeign(stream.name)) throw new Error(`the object of ${this.own} is asked for ${stream.name}`);
    return await this.#directory.createStream(stream) && await super.createStream(stream);
  }

  override async deleteStream(name: string): Promise<boolean> {
    if (this.#isForeign(name)) return false;
    this.#deletions++;
    try {
      const wasHere = this.database.isMade && await super.deleteStream(name);
      if (wasHere && this.own !== undefined) await this.database.erase();
      return await this.#directory.deleteStream(name) || wasHere;
    } finally {
      this.#deletions++;
    }
  }

  #isForeign(name: string): boolean {
    return this.own !== undefined && name !== this.own;
  }

  override async append(entries: readonly Entry[]): Promise<void> {
    await super.append(entries);
    for (const { stream, dims, parameters } of entries) {
      if (dims === undefined && !parameters) continue;
      // The write is kept; that the list shows it is second to that.
      await this.#directory.noteStream(stream, { dims, parameters }).catch(this.onError);
    }
  }

  override async sweep(keep: Retention): Promise<void> {
    if (this.database.isMade) await super.sweep(keep);
    await this.#directory.sweep(keep);
  }

  override user(name: string): Promise<StoredUser | undefined> {
    return this.#directory.user(name);
  }

  override saveUser(user: StoredUser): Promise<void> {
    return this.#directory.saveUser(user);
  }

  override apiKeys(): Promise<StoredApiKey[]> {
    return this.#directory.apiKeys();
  }

  override apiKey(id: string): Promise<StoredApiKey | undefined> {
    return this.#directory.apiKey(id);
  }

  override createApiKey(key: StoredApiKey): Promise<void> {
    return this.#directory.createApiKey(key);
  }

  override deleteApiKey(id: string): Promise<boolean> {
    return this.#directory.deleteApiKey(id);
  }

  override noteApiKeyUse(id: string, time: number): Promise<void> {
    return this.#directory.noteApiKeyUse(id, time);
  }

  override revokeToken(id: string, expires: number): Promise<void> {
    return this.#directory.revokeToken(id, expires);
  }

  override revokedTokens(now: number): Promise<string[]> {
    return this.#directory.revokedTokens(now);
  }

  override noteAudit(record: StoredAudit): Promise<void> {
    return this.#directory.noteAudit(record);
  }

  override audit(query: AuditQuery): Promise<(StoredAudit & { id: number })[]> {
    return this.#directory.audit(query);
  }
}
