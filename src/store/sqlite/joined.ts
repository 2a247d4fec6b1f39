/** Entries that share a row of the journal. A batch may be cut anywhere without changing anything, so it may be joined too. */
import { joinOctets } from "../../octets.ts";
import type { Entry } from "../store.ts";

/** A body of so many octets is one row, wherever the database is. */
export const ROW_BYTES = 1 << 20;

/** Whether an entry is one row and nothing else, as nearly all are. */
export function isRowAlone({ events, answer, dims, parameters, body }: Entry): boolean {
  return events.length === 0 && !answer && dims === undefined && !parameters && body.byteLength <= ROW_BYTES;
}

/**
 * The same writes in fewer entries: neighbours of one stream, time and precision that are points and nothing else are one,
 * with the last one's sequence. Under load dozens of single points bear one time, and a row costs a statement.
 */
export function joined(entries: readonly Entry[]): Entry[] {
  const rows: Entry[] = [];
  for (let from = 0, to = 1; from < entries.length; from = to++) {
    let bytes = entries[from].body.byteLength;
    while (to < entries.length && isOne(entries[from], entries[to], bytes)) bytes += entries[to++].body.byteLength;
    const last = entries[to - 1];
    rows.push(to === from + 1 ? last : { ...last, body: joinOctets(entries.slice(from, to).map(({ body }) => body)) });
  }
  return rows;
}

function isOne(first: Entry, next: Entry, bytes: number): boolean {
  return first.stream === next.stream && first.time === next.time && first.kind === next.kind &&
    (first.kind === "f32" || first.kind === "f64") && bytes + next.body.byteLength <= ROW_BYTES &&
    isRowAlone(first) && isRowAlone(next);
}
