/** Things to keep: the smallest valid ones, with what a test cares about put in. */
import type {
  Entry,
  Retention,
  Store,
  StoredAnswer,
  StoredApiKey,
  StoredAudit,
  StoredEvent,
  StoredStream,
} from "../../src/store/mod.ts";

export const T0 = 1_764_000_000_000;

export const octets = (...values: number[]) => new Uint8Array(values);

export function stream(name: string, part: Partial<StoredStream> = {}): StoredStream {
  return { name, dims: null, parameters: {}, created: T0, creator: null, ...part };
}

export function entry(stream: string, sequence: number, part: Partial<Entry> = {}): Entry {
  return {
    stream,
    sequence,
    time: T0 + sequence,
    kind: "f32",
    body: octets(sequence & 255, 0, 255),
    events: [],
    ...part,
  };
}

export function event(sequence: number, part: Partial<StoredEvent> = {}): StoredEvent {
  return { sequence, time: T0 + sequence, type: "born", point: 10 * sequence, id: sequence, other: -1, ...part };
}

export function answer(key: string, part: Partial<StoredAnswer> = {}): StoredAnswer {
  return { key, fingerprint: "f00d", type: "application/json", body: octets(123, 125), time: T0, ...part };
}

export function apiKey(id: string, part: Partial<StoredApiKey> = {}): StoredApiKey {
  const secretHash = "ab".repeat(32);
  return {
    id,
    name: `key ${id}`,
    prefix: "ncs_",
    secretHash,
    scopes: ["read"],
    streams: null,
    created: T0,
    expires: null,
    lastUsed: null,
    ...part,
  };
}

export function audited(part: Partial<StoredAudit> = {}): StoredAudit {
  const record = { time: T0, actor: "user:ada", action: "login", target: null, address: "::1", result: "ok" };
  return { ...record, requestId: "r-1", ...part };
}

/** Lets go of nothing but what a test cares about. */
export function keeping(part: Partial<Retention>): Retention {
  const all = { now: 0, answersBefore: 0, eventsBefore: 0, eventsKept: 1e6, journalBefore: 0 };
  return { ...all, auditBefore: 0, auditKept: 1e6, ...part };
}

export const snapshot = (sequence: number, extra = "{}") => ({ sequence, body: octets(7, 7, sequence & 255), extra });

/** What a stream is read as, without its row. */
export async function journalOf(
  store: Store,
  name: string,
): Promise<{ snapshot: number | undefined; entries: number[] }> {
  const state = await store.load(name);
  return { snapshot: state?.snapshot?.sequence, entries: state?.entries.map(({ sequence }) => sequence) ?? [] };
}
