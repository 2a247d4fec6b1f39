/** Entries that share a row of the journal. A batch may be cut anywhere without changing anything, so it may be joined too. */
import type { Entry } from "../store.ts";

/** What a row keeps: one entry, or several, then with the sequence of the last. */
export interface Row extends Entry {
  /** Sequence of the first entry. */
  first: number;
}

/** A body of so many octets is one row, wherever the database is. */
export const ROW_BYTES = 1 << 20;

/** Whether an entry is one row and nothing else, as nearly all are. */
export function isRowAlone({ events, answer, dims, parameters, body }: Entry): boolean {
  return events.length === 0 && !answer && dims === undefined && !parameters && body.byteLength <= ROW_BYTES;
}

/**
 * The same writes in fewer entries: neighbours of one stream, time and precision that are points and nothing else are one,
 * with the last one's sequence. Under load some ten single points come within a millisecond, and a row costs a statement.
 */
export function joined(entries: readonly Entry[]): Row[] {
  const rows: Row[] = [];
  for (let from = 0, to = 1; from < entries.length; from = to++) {
    const { sequence: first, body } = entries[from];
    let bytes = body.byteLength;
    while (to < entries.length && isOne(entries[to - 1], entries[to], bytes)) bytes += entries[to++].body.byteLength;
    rows.push({
      ...entries[to - 1],
      first,
      body: to === from + 1 ? body : concatenated(entries.slice(from, to), bytes),
    });
  }
  return rows;
}

function isOne(last: Entry, next: Entry, bytes: number): boolean {
  return last.stream === next.stream && last.sequence + 1 === next.sequence && last.time === next.time &&
    last.kind === next.kind && (last.kind === "f32" || last.kind === "f64") &&
    bytes + next.body.byteLength <= ROW_BYTES &&
    isRowAlone(last) && isRowAlone(next);
}

function concatenated(entries: readonly Entry[], bytes: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const { body } of entries) {
    all.set(body, at);
    at += body.byteLength;
  }
  return all;
}
