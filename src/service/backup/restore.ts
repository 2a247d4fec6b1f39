/** A backup put back: stream by stream, each checked whole before it is written, by whoever gives a place to write to. */
import { z } from "zod";
import { BackupError, type Contents, type Frame, readFrames } from "../../backup/format.ts";
import { NcsError, type Options, resolveOptions } from "../../engine/mod.ts";
import type { StoredSnapshot, StoredStream } from "../../store/mod.ts";
import { Problem, type ProblemCode, problemOfEngine } from "../http/problem.ts";
import { STREAM_NAME } from "../schema/streams.ts";
import { StreamState } from "../streams/state.ts";

/** What becomes of a stream whose name is in use: nothing is restored, it is passed over, or it is replaced. */
export const EXISTING = ["fail", "skip", "replace"] as const;
export type Existing = typeof EXISTING[number];

/** Where streams go to. */
export interface Place {
  list(): Promise<Pick<StoredStream, "name">[]>;
  /** False where the name is in use and `replaces` is not said. */
  import(stream: StoredStream, state: Omit<StoredSnapshot, "sequence">, replaces: boolean): Promise<boolean>;
}

export interface Report {
  restored: string[];
  skipped: string[];
  failed: { name: string; code: ProblemCode; detail: string }[];
}

/** Milliseconds since 1970, as far as dates reach (ECMA-262, 21.4.1.1): others could be kept and never told. */
const time = z.number().min(-8.64e15).max(8.64e15);

const Head = z.object({
  name: z.string().regex(STREAM_NAME),
  dims: z.number().int().min(1).max(1024).nullable(),
  parameters: z.record(z.string(), z.unknown()),
  created: time.min(0),
  creator: z.string().nullable(),
  extra: z.string(),
});

const Extra = z.object({
  options: z.record(z.string(), z.unknown()),
  eventSequence: z.number().int().min(0),
  lastDrift: time.nullable(),
  times: z.array(z.tuple([z.number().int(), time, time])),
});

/**
 * Restores what a file holds. A stream that cannot be is reported, and the others go on. Throws Problem stream_exists before
 * anything is changed, and backup_* where the file ends to make sense, which says what was restored before; StorageError.
 */
export async function restoreBackup(
  chunks: AsyncIterable<Uint8Array>,
  place: Place,
  kernel: WebAssembly.Module,
  existing: Existing,
): Promise<Report> {
  const report: Report = { restored: [], skipped: [], failed: [] };
  try {
    for await (const frame of readFrames(chunks)) {
      if (frame.head.kind === "contents" && existing === "fail") await checkFree(frame.head, place);
      if (frame.head.kind === "stream") await restoreStream(frame, place, kernel, existing, report);
    }
    return report;
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    const { restored } = report;
    const before = restored.length === 0 ? "nothing was restored" : `before that were restored: ${restored.join(", ")}`;
    throw new Problem(error.code, `${error.message}; ${before}`);
  }
}

async function checkFree({ streams }: Contents, place: Place): Promise<void> {
  const there = new Set((await place.list()).map(({ name }) => name));
  const taken = streams.filter((name) => there.has(name));
  if (taken.length === 0) return;
  const names = taken.slice(0, 20).join(", ") + (taken.length > 20 ? ` and ${taken.length - 20} more` : "");
  throw new Problem("stream_exists", `these streams are there already, so nothing was restored: ${names}`);
}

async function restoreStream(
  { head, body }: Frame,
  place: Place,
  kernel: WebAssembly.Module,
  existing: Existing,
  report: Report,
): Promise<void> {
  const { name } = head as { name: string };
  try {
    const { extra, ...stream } = readHead(head);
    checkState(kernel, stream, { extra, body });
    const isMade = await place.import(stream, { extra, body }, existing === "replace");
    if (isMade) report.restored.push(name);
    else if (existing === "skip") report.skipped.push(name);
    else throw new Problem("stream_exists", `there is a stream ${JSON.stringify(name)} already`);
  } catch (error) {
    const problem = error instanceof NcsError ? problemOfEngine(error) : error;
    // Another replica asks, and looks for the stream anew.
    if (!(problem instanceof Problem) || problem.code === "misdirected") throw error;
    report.failed.push({ name: String(name), code: problem.code, detail: problem.detail });
  }
}

function readHead(head: Frame["head"]): StoredStream & { extra: string } {
  const read = Head.safeParse(head);
  if (read.success) return { ...read.data, parameters: read.data.parameters as Options };
  const [{ path, message }] = read.error.issues;
  throw new Problem("backup_damaged", `the stream's ${path.join(".")} is not as it should be: ${message}`);
}

/** The state goes on: what would be found out when the stream is loaded is found out now. Throws NcsError, Problem. */
function checkState(kernel: WebAssembly.Module, stream: StoredStream, state: Omit<StoredSnapshot, "sequence">): void {
  checkExtra(state.extra);
  resolveOptions(stream.parameters);
  const read = StreamState.read(kernel, { stream, snapshot: { ...state, sequence: 0 }, entries: [] });
  if (read.dims !== (stream.dims ?? undefined)) {
    throw new Problem("backup_damaged", `the snapshot has ${read.dims} dims, the stream has ${stream.dims}`);
  }
  resolveOptions(read.options);
  read.engine?.dispose();
}

function checkExtra(extra: string): void {
  try {
    Extra.parse(JSON.parse(extra));
  } catch {
    throw new Problem("backup_damaged", "what is known of the stream besides its snapshot is not as it should be");
  }
}
