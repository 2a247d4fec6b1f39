/** `ncs backup`: all streams of a server, or of a folder that no server has, in one file. */
import { readFrames } from "../backup/format.ts";
import { asDataError, type Endpoint, octetsOf, openFolder, request } from "./endpoint.ts";
import { openSink } from "./sink.ts";
import { counted, grouped, Progress } from "./progress.ts";

export interface BackupRequest {
  from: Endpoint;
  /** Path as the user gave it; "-": standard output. */
  out: string;
}

/** Gives on what `take` has taken. */
async function* taken(chunks: AsyncIterable<Uint8Array>, take: (chunk: Uint8Array) => Promise<void>) {
  for await (const chunk of chunks) {
    await take(chunk);
    yield chunk;
  }
}

/** The file gets its name only when it is whole and every checksum holds. Answers what there is to say. */
export async function backup({ from, out }: BackupRequest): Promise<string> {
  const source = await open(from);
  const sink = openSink(out), progress = new Progress();
  let streams = -1, all = 0, bytes = 0;
  const write = (chunk: Uint8Array) => {
    bytes += chunk.byteLength;
    return sink.write(chunk);
  };
  try {
    for await (const { head } of readFrames(taken(source.chunks, write))) {
      if (head.kind === "contents") all = head.streams.length;
      if (head.kind !== "end") streams++;
      progress.show(() => `${grouped(streams)} of ${grouped(all)} streams  ${grouped(bytes / 1e6)} MB`);
    }
    await sink.finish();
  } catch (error) {
    sink.abandon();
    throw asDataError(error);
  } finally {
    progress.clear();
    await source.close();
  }
  return `${counted(streams, "stream")}, ${counted(bytes, "octet")}`;
}

async function open(from: Endpoint): Promise<{ chunks: AsyncIterable<Uint8Array>; close(): Promise<void> }> {
  if ("url" in from) {
    const chunks = octetsOf(from, await request(from, "GET", "/api/v1/backup"));
    return { chunks, close: () => Promise.resolve() };
  }
  const { service, store, kernel } = await openFolder(from.dataDir);
  const names = (await store.streams()).map(({ name }) => name);
  return { chunks: service.backupOf(store, kernel, names, Date.now()), close: () => store.close() };
}
