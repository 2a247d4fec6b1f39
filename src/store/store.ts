/**
 * What the service keeps, behind one interface: streams with their journals, snapshots, events and stored answers; users,
 * API keys and revoked tokens. Every method rejects with ConflictError or with whatever the store says when it is out of
 * reach; a method that rejected has changed nothing. Times are milliseconds since 1970.
 */
import type { Options, StreamEvent } from "../engine/mod.ts";
import type { ReplicaStore } from "./replicas.ts";

/** A named stream. */
export interface StoredStream {
  name: string;
  /** Dimensions; null until its first batch fixes them. */
  dims: number | null;
  /** Parameters as last set, defaults left out. */
  parameters: Options;
  created: number;
  /** Who made it, as the id of a principal; null where nobody asked for it (`default`) and where that was not kept yet. */
  creator: string | null;
}

/**
 * What an entry of the journal does: learn points (row-major, little-endian, of that precision), merge a snapshot in,
 * restore one, or change parameters (JSON).
 */
export type EntryKind = "f32" | "f64" | "merge" | "restore" | "configure";

/** A change of structure as kept; `sequence` counts a stream's events from 1, whatever snapshots are restored into it. */
export interface StoredEvent extends Omit<StreamEvent, "sequence"> {
  sequence: number;
  time: number;
}

/** The answer to a write that had an Idempotency-Key. */
export interface StoredAnswer {
  /** Unique within the stream; names the subject as well, so that nobody replays another's answer. */
  key: string;
  /** Digest of the request, so that a key used for another request is told apart. */
  fingerprint: string;
  type: string;
  body: Uint8Array<ArrayBuffer>;
  time: number;
}

/** One acknowledged write. */
export interface Entry {
  stream: string;
  /** Of the claim under which it was made, where several servers share the store. */
  epoch?: number;
  /** From 1, without gaps, over the life of the stream. */
  sequence: number;
  time: number;
  kind: EntryKind;
  body: Uint8Array<ArrayBuffer>;
  /** The dims that this write fixes, for the first one alone. */
  dims?: number;
  /** Parameters after this write, where it changes them. */
  parameters?: Options;
  events: StoredEvent[];
  answer?: StoredAnswer;
}

/** A state: everything up to and with the entry `sequence`. */
export interface StoredSnapshot {
  sequence: number;
  /** Octets of the engine; empty for a stream without points. */
  body: Uint8Array<ArrayBuffer>;
  /** What the service knows besides, JSON. */
  extra: string;
}

/** What a stream is read from: its latest snapshot and what was written after it, in order. */
export interface StoredState {
  stream: StoredStream;
  snapshot: StoredSnapshot | undefined;
  entries: Pick<Entry, "sequence" | "time" | "kind" | "body">[];
}

/** What an administrator, or whoever signed in, did or was refused. */
export interface StoredAudit {
  time: number;
  /** Who: the id of a principal; null: nobody that is known. */
  actor: string | null;
  /** What: stream.delete, login and so on. */
  action: string;
  /** On what: the name of a stream, the id of a key and so on; null: the whole service, or nothing yet. */
  target: string | null;
  /** From where: address of the client. */
  address: string;
  /** ok, or the code of the problem that it was refused with. */
  result: string;
  requestId: string;
}

/** Which records of the audit log are asked for; what is left out does not matter. */
export interface AuditQuery {
  actor?: string;
  action?: string;
  /** From this time, and before that one. */
  since?: number;
  until?: number;
  /** Those kept before the record of this id. */
  before?: number;
  limit: number;
}

/** What a sweep lets go of. Times: whatever is older. */
export interface Retention {
  /** Revocations of tokens that have expired. */
  now: number;
  answersBefore: number;
  eventsBefore: number;
  /** Newest events of a stream that stay. */
  eventsKept: number;
  /** Entries of the journal that a snapshot holds. */
  journalBefore: number;
  auditBefore: number;
  /** Newest records of the audit log that stay. */
  auditKept: number;
}

export interface StoredUser {
  name: string;
  /** As the password hasher wrote it. */
  passwordHash: string;
  scopes: string[];
  created: number;
}

export interface StoredApiKey {
  id: string;
  name: string;
  /** First characters of the key, for people. */
  prefix: string;
  /** SHA-256 of the secret, lower-case hexadecimal. */
  secretHash: string;
  scopes: string[];
  /** Names of the streams it may touch; null: all. */
  streams: string[] | null;
  created: number;
  expires: number | null;
  lastUsed: number | null;
}

/** Another process wrote what this one was to write. */
export class ConflictError extends Error {
  override readonly name = "ConflictError";
}

export interface Store {
  readonly kind: "memory" | "sqlite" | "postgres";
  /** Left out where one server alone can use the store. */
  readonly replicas?: ReplicaStore;
  /** Writes a little, and so shows whether a write can be kept now. */
  probe(): Promise<void>;
  close(): Promise<void>;

  /** By name. */
  streams(): Promise<StoredStream[]>;
  stream(name: string): Promise<StoredStream | undefined>;
  /** Answers whether it was made: false where the name is in use. */
  createStream(stream: StoredStream): Promise<boolean>;
  /** Deletes a stream with all that belongs to it; false where there is none. */
  deleteStream(name: string): Promise<boolean>;
  /**
   * Makes a stream with a state, in one transaction. Where its name is in use: nothing, and false, or with `replaces` in
   * place of the stream there and of all that belonged to that. The journal then goes on one entry after the one of the
   * stream that went, so that whoever has that one in memory still is told of a conflict when writing.
   */
  importStream(stream: StoredStream, state: Omit<StoredSnapshot, "sequence">, replaces: boolean): Promise<boolean>;

  /**
   * Appends entries of any streams in one transaction: all or none. Each has its events, and its answer, kept with it.
   * Throws ConflictError where a sequence (of an entry or an event) is taken, one before it is missing, a stream is gone,
   * or was claimed anew since the epoch. An answer replaces the one with its key.
   */
  append(entries: readonly Entry[]): Promise<void>;
  /**
   * Undefined where there is no such stream. Points that were appended together, at one time, may come back as one entry
   * with the sequence of the last.
   */
  load(name: string): Promise<StoredState | undefined>;
  /**
   * Keeps a snapshot in place of the one before, and lets go of the entries up to it, the last of which ended an append,
   * that are older than `journalBefore`, by default all. No-op for a stream that is gone, where a later snapshot is kept,
   * and where the journal does not reach so far (a new stream under an old name).
   */
  saveSnapshot(name: string, snapshot: StoredSnapshot, journalBefore?: number): Promise<void>;
  /** Sequence of the newest event that is kept; 0 where there is none. */
  lastEvent(name: string): Promise<number>;
  /** Events after the one with sequence `after`, in order, at most `limit`. */
  events(name: string, after: number, limit: number): Promise<StoredEvent[]>;
  answer(name: string, key: string): Promise<StoredAnswer | undefined>;

  user(name: string): Promise<StoredUser | undefined>;
  saveUser(user: StoredUser): Promise<void>;
  /** By time of creation, then id. */
  apiKeys(): Promise<StoredApiKey[]>;
  apiKey(id: string): Promise<StoredApiKey | undefined>;
  /** Throws ConflictError where the id is in use. */
  createApiKey(key: StoredApiKey): Promise<void>;
  /** False where there is none. */
  deleteApiKey(id: string): Promise<boolean>;
  noteApiKeyUse(id: string, time: number): Promise<void>;
  /** Revokes a token until it would have expired anyway. */
  revokeToken(id: string, expires: number): Promise<void>;
  /** Ids of the revoked tokens that have not expired. */
  revokedTokens(now: number): Promise<string[]>;

  noteAudit(record: StoredAudit): Promise<void>;
  /** Newest first; an id is larger than those before it. */
  audit(query: AuditQuery): Promise<(StoredAudit & { id: number })[]>;

  /** Lets go of what is past its time. */
  sweep(keep: Retention): Promise<void>;
}
