/** Rows as both SQL stores read them, and what they stand for. JSON is kept as text: it is never searched. */
import type { StoredApiKey, StoredAudit, StoredEvent, StoredStream, StoredUser } from "./store.ts";

export interface StreamRow {
  name: string;
  dims: number | null;
  parameters: string;
  created: number;
  creator: string | null;
}

export interface EventRow {
  sequence: number;
  time: number;
  type: string;
  point: number;
  cluster: number;
  other: number;
}

export interface UserRow {
  name: string;
  password_hash: string;
  scopes: string;
  created: number;
}

export interface ApiKeyRow {
  id: string;
  name: string;
  prefix: string;
  secret_hash: string;
  scopes: string;
  streams: string | null;
  created: number;
  expires: number | null;
  last_used: number | null;
}

export type AuditRow = Omit<StoredAudit, "requestId"> & { id: number; request_id: string };

export function toStream({ name, dims, parameters, created, creator }: StreamRow): StoredStream {
  return { name, dims, parameters: JSON.parse(parameters), created, creator };
}

export function toAudit({ request_id, ...record }: AuditRow): StoredAudit & { id: number } {
  return { ...record, requestId: request_id };
}

export function toEvent({ sequence, time, type, point, cluster, other }: EventRow): StoredEvent {
  return { sequence, time, type: type as StoredEvent["type"], point, id: cluster, other };
}

export function toUser({ name, password_hash, scopes, created }: UserRow): StoredUser {
  return { name, passwordHash: password_hash, scopes: JSON.parse(scopes), created };
}

export function toApiKey(row: ApiKeyRow): StoredApiKey {
  const { id, name, prefix, secret_hash, scopes, streams, created, expires, last_used } = row;
  return {
    id,
    name,
    prefix,
    secretHash: secret_hash,
    scopes: JSON.parse(scopes),
    streams: streams === null ? null : JSON.parse(streams),
    created,
    expires,
    lastUsed: last_used,
  };
}

/** Octets as a plain Uint8Array: drivers answer Buffers, and views into larger ones. */
export function toOctets(value: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
}
