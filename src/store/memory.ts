// deno-lint-ignore-file require-await
/** A store in memory: nothing outlives the process. For tests, for hosts without a disk, and as the model of the others. */
import {
  type AuditQuery,
  ConflictError,
  type Entry,
  type Retention,
  type Store,
  type StoredAnswer,
  type StoredApiKey,
  type StoredAudit,
  type StoredEvent,
  type StoredSnapshot,
  type StoredState,
  type StoredStream,
  type StoredUser,
} from "./store.ts";

interface Kept {
  stream: StoredStream;
  /** Sequence of the last entry, 0 before the first. */
  sequence: number;
  snapshot: StoredSnapshot | undefined;
  entries: Entry[];
  events: StoredEvent[];
  answers: Map<string, StoredAnswer>;
}

export class MemoryStore implements Store {
  readonly kind = "memory";
  #streams = new Map<string, Kept>();
  #users = new Map<string, StoredUser>();
  #apiKeys = new Map<string, StoredApiKey>();
  #revoked = new Map<string, number>();
  #audit: (StoredAudit & { id: number })[] = [];
  #audits = 0;

  async probe(): Promise<void> {}
  async close(): Promise<void> {}

  async streams(): Promise<StoredStream[]> {
    const streams = Array.from(this.#streams.values(), (kept) => ({ ...kept.stream }));
    return streams.sort((a, b) => a.name < b.name ? -1 : 1);
  }

  async stream(name: string): Promise<StoredStream | undefined> {
    const kept = this.#streams.get(name);
    return kept && { ...kept.stream };
  }

  async createStream(stream: StoredStream): Promise<boolean> {
    if (this.#streams.has(stream.name)) return false;
    this.#make(stream, 0, undefined);
    return true;
  }

  async importStream(
    stream: StoredStream,
    state: Omit<StoredSnapshot, "sequence">,
    replaces: boolean,
  ): Promise<boolean> {
    const there = this.#streams.get(stream.name), sequence = (there?.sequence ?? 0) + 1;
    if (there && !replaces) return false;
    this.#make(stream, sequence, { ...state, sequence });
    return true;
  }

  #make(stream: StoredStream, sequence: number, snapshot: StoredSnapshot | undefined): void {
    const kept = { stream: { ...stream }, sequence, snapshot, entries: [], events: [], answers: new Map() };
    this.#streams.set(stream.name, kept);
  }

  async deleteStream(name: string): Promise<boolean> {
    return this.#streams.delete(name);
  }

  async append(entries: readonly Entry[]): Promise<void> {
    const next = new Map<string, number>();
    for (const { stream, sequence, events } of entries) {
      const kept = this.#streams.get(stream), last = next.get(stream) ?? kept?.sequence;
      if (!kept || last === undefined) throw new ConflictError(`there is no stream ${stream}`);
      if (sequence !== last + 1) throw new ConflictError(`entry ${sequence} of ${stream} follows ${last}`);
      const lastEvent = kept.events.at(-1)?.sequence ?? 0;
      if (events.some((event) => event.sequence <= lastEvent)) {
        throw new ConflictError("an event of these entries is there already");
      }
      next.set(stream, sequence);
    }
    for (const entry of entries) this.#keep(entry);
  }

  #keep(entry: Entry): void {
    const kept = this.#streams.get(entry.stream)!;
    kept.sequence = entry.sequence;
    kept.entries.push(entry);
    kept.events.push(...entry.events);
    if (entry.answer) kept.answers.set(entry.answer.key, entry.answer);
    if (entry.dims !== undefined) kept.stream.dims = entry.dims;
    if (entry.parameters) kept.stream.parameters = entry.parameters;
  }

  async load(name: string): Promise<StoredState | undefined> {
    const kept = this.#streams.get(name);
    if (!kept) return undefined;
    const entries = kept.entries.filter(({ sequence }) => sequence > (kept.snapshot?.sequence ?? 0))
      .map(({ sequence, time, kind, body }) => ({ sequence, time, kind, body }));
    return { stream: { ...kept.stream }, snapshot: kept.snapshot, entries };
  }

  async saveSnapshot(name: string, snapshot: StoredSnapshot, journalBefore = Infinity): Promise<void> {
    const kept = this.#streams.get(name);
    // A snapshot ahead of the journal is of a deleted stream of the same name.
    if (!kept || snapshot.sequence > kept.sequence || snapshot.sequence < (kept.snapshot?.sequence ?? 0)) return;
    kept.snapshot = snapshot;
    dropEntries(kept, journalBefore);
  }

  async lastEvent(name: string): Promise<number> {
    return this.#streams.get(name)?.events.at(-1)?.sequence ?? 0;
  }

  async events(name: string, after: number, limit: number): Promise<StoredEvent[]> {
    const events = this.#streams.get(name)?.events ?? [];
    return events.filter((event) => event.sequence > after).slice(0, limit);
  }

  async answer(name: string, key: string): Promise<StoredAnswer | undefined> {
    return this.#streams.get(name)?.answers.get(key);
  }

  async user(name: string): Promise<StoredUser | undefined> {
    return this.#users.get(name);
  }

  async saveUser(user: StoredUser): Promise<void> {
    this.#users.set(user.name, user);
  }

  async apiKeys(): Promise<StoredApiKey[]> {
    const keys = Array.from(this.#apiKeys.values(), (key) => ({ ...key }));
    return keys.sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  }

  async apiKey(id: string): Promise<StoredApiKey | undefined> {
    const key = this.#apiKeys.get(id);
    return key && { ...key };
  }

  async createApiKey(key: StoredApiKey): Promise<void> {
    if (this.#apiKeys.has(key.id)) throw new ConflictError(`there is an API key ${key.id}`);
    this.#apiKeys.set(key.id, { ...key });
  }

  async deleteApiKey(id: string): Promise<boolean> {
    return this.#apiKeys.delete(id);
  }

  async noteApiKeyUse(id: string, time: number): Promise<void> {
    const key = this.#apiKeys.get(id);
    if (key) key.lastUsed = time;
  }

  async revokeToken(id: string, expires: number): Promise<void> {
    this.#revoked.set(id, expires);
  }

  async revokedTokens(now: number): Promise<string[]> {
    return Array.from(this.#revoked).filter(([, expires]) => expires > now).map(([id]) => id);
  }

  async noteAudit(record: StoredAudit): Promise<void> {
    this.#audit.push({ ...record, id: ++this.#audits });
  }

  async audit({ actor, action, since, until, before, limit }: AuditQuery): Promise<(StoredAudit & { id: number })[]> {
    return this.#audit.filter((record) =>
      (actor === undefined || record.actor === actor) && (action === undefined || record.action === action) &&
      record.time >= (since ?? -Infinity) && record.time < (until ?? Infinity) && record.id < (before ?? Infinity)
    ).reverse().slice(0, limit);
  }

  async sweep(keep: Retention): Promise<void> {
    for (const [id, expires] of this.#revoked) if (expires <= keep.now) this.#revoked.delete(id);
    for (const kept of this.#streams.values()) {
      kept.events.splice(0, Math.max(0, kept.events.length - keep.eventsKept));
      kept.events = kept.events.filter(({ time }) => time >= keep.eventsBefore);
      for (const [key, { time }] of kept.answers) if (time < keep.answersBefore) kept.answers.delete(key);
      dropEntries(kept, keep.journalBefore);
    }
    const newest = this.#audit.at(-1)?.id ?? 0;
    this.#audit = this.#audit.filter(({ time, id }) => time >= keep.auditBefore && id > newest - keep.auditKept);
  }
}

/** Lets go of the entries that the snapshot holds and that are older. */
function dropEntries(kept: Kept, before: number): void {
  const held = kept.snapshot?.sequence ?? 0;
  kept.entries = kept.entries.filter(({ sequence, time }) => sequence > held || time >= before);
}
