/**
 * A backup of all streams, from the store: each as its snapshot and the entries after it make it, read at once, so that a
 * stream is of one moment, while others go on. One stream is in memory at a time.
 */
import { type Frame, type Octets, type StreamFrame, writeFrames } from "../../backup/format.ts";
import type { Store, StoredSnapshot, StoredState, StoredStream } from "../../store/mod.ts";
import { VERSION } from "../../version.ts";
import { StreamState } from "../streams/state.ts";
import { othersTurn } from "../turn.ts";

/** The file, a part at a time. Rejects with what the store says, and with the name of a stream that cannot be read. */
export function backupOf(
  store: Store,
  kernel: WebAssembly.Module,
  names: string[],
  created: number,
): AsyncGenerator<Octets> {
  return writeFrames(frames(store, kernel, names, created));
}

/** A backup of one stream, for the replica that has it. */
export async function backupOfOne(
  { extra, body, ...stream }: StoredStream & Omit<StoredSnapshot, "sequence">,
  created: number,
): Promise<ArrayBuffer> {
  const head: StreamFrame = { kind: "stream", ...stream, parameters: { ...stream.parameters }, extra };
  const end: Frame = { head: { kind: "end", streams: 1 }, body: NONE };
  const parts = await Array.fromAsync(writeFrames(each([contentsOf([stream.name], created), { head, body }, end])));
  return await new Blob(parts).arrayBuffer();
}

const NONE = new Uint8Array(0);

function contentsOf(streams: string[], created: number): Frame {
  return { head: { kind: "contents", created, version: VERSION, streams }, body: NONE };
}

async function* each<T>(items: T[]): AsyncGenerator<T> {
  yield* items;
}

async function* frames(
  store: Store,
  kernel: WebAssembly.Module,
  names: string[],
  created: number,
): AsyncGenerator<Frame> {
  yield contentsOf(names, created);
  let streams = 0;
  for (const name of names) {
    const stored = await store.load(name);
    if (!stored) continue;
    yield frameOf(kernel, stored);
    streams++;
    // What the entries do is done again here: nobody waits for more than one stream.
    await othersTurn();
  }
  yield { head: { kind: "end", streams }, body: NONE };
}

function frameOf(kernel: WebAssembly.Module, stored: StoredState): Frame {
  const { name, dims, parameters, created, creator } = stored.stream;
  try {
    const state = StreamState.read(kernel, stored);
    const { body, extra } = state.snapshot();
    state.engine?.dispose();
    const head: StreamFrame = { kind: "stream", name, dims, parameters: { ...parameters }, created, creator, extra };
    return { head, body };
  } catch (cause) {
    throw new Error(`the stream ${name} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
