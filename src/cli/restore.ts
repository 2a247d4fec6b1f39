/** `ncs restore`: the streams of a backup, put on a server or in a folder that no server has. */
import { createReadStream, statSync } from "node:fs";
import { readFrames } from "../backup/format.ts";
import type { Existing, Report } from "../service/mod.ts";
import { asDataError, type Endpoint, openFolder, request } from "./endpoint.ts";
import { DataError } from "./errors.ts";
import { userPath } from "./paths.ts";
import { counted, grouped, Progress } from "./progress.ts";

export interface RestoreRequest {
  /** Path as the user gave it. */
  file: string;
  to: Endpoint;
  existing: Existing;
}

/**
 * Reads the file to its end before anything is sent: one that is damaged changes nothing. Answers what there is to say;
 * throws DataError where a stream could not be restored.
 */
export async function restore(wanted: RestoreRequest): Promise<string> {
  const { file } = wanted, path = userPath(file), stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new DataError(`${file}: no such file`);
  if (!stat.isFile()) throw new DataError(`${file}: is no file, and what is restored is read twice`);
  const progress = new Progress();
  try {
    for await (const _ of readFrames(chunksOf(path, stat.size, "checked", progress)));
    return describe(await send(wanted, chunksOf(path, stat.size, "sent", progress)));
  } catch (error) {
    throw asDataError(error, file);
  } finally {
    progress.clear();
  }
}

async function* chunksOf(path: string, size: number, what: string, progress: Progress) {
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
    bytes += chunk.byteLength;
    progress.show(() => `${what} ${grouped(bytes / 1e6)} of ${grouped(size / 1e6)} MB`);
    yield new Uint8Array(chunk) as Uint8Array<ArrayBuffer>;
  }
}

async function send({ to, existing }: RestoreRequest, chunks: AsyncGenerator<Uint8Array>): Promise<Report> {
  if ("url" in to) {
    const body = new ReadableStream({
      async pull(controller) {
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: async () => void await chunks.return(undefined),
    });
    return await (await request(to, "POST", `/api/v1/restore?existing=${existing}`, body)).json();
  }
  const { service, store, kernel } = await openFolder(to.dataDir);
  try {
    const place = { list: () => store.streams(), import: store.importStream.bind(store) };
    return await service.restoreBackup(chunks, place, kernel, existing);
  } finally {
    await store.close();
  }
}

function describe({ restored, skipped, failed }: Report): string {
  const counts = `${counted(restored.length, "stream")} restored` +
    (skipped.length > 0 ? `, ${grouped(skipped.length)} that were there passed over` : "");
  if (failed.length === 0) return counts;
  const lines = failed.map(({ name, code, detail }) => `  ${name}: ${detail} (${code})`);
  throw new DataError([`${counts}, ${grouped(failed.length)} not:`, ...lines].join("\n"));
}
