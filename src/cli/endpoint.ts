/** Where a backup comes from or goes to: a server, or the folder of a SQLite file that no server has. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BackupError } from "../backup/format.ts";
import { DataError } from "./errors.ts";
import { loadKernel, userPath } from "./paths.ts";

export interface Remote {
  /** Of the server; a path before /api is kept. */
  url: string;
  /** What it is asked with. */
  headers: Record<string, string>;
}

export type Endpoint = Remote | {
  /** Path as the user gave it. */
  dataDir: string;
};

/** An answer that is no problem. Throws DataError with what the server says, or that it cannot be reached. */
export async function request({ url, headers }: Remote, method: string, path: string, body?: ReadableStream) {
  const init = { method, headers: { ...headers, ...(body && { "content-type": "application/octet-stream" }) }, body };
  const response = await fetch(url.replace(/\/+$/, "") + path, { ...init, duplex: "half" } as RequestInit).catch(
    (error) => {
      throw new DataError(`${url} does not answer: ${error.cause?.message ?? error.message}`);
    },
  );
  if (response.ok) return response;
  const text = await response.text();
  throw new DataError(`${url} refuses with ${response.status}: ${detailOf(text)}`);
}

/** The octets of an answer. Throws DataError where they break off. */
export async function* octetsOf({ url }: Remote, { body }: Response): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of body!) yield chunk;
  } catch (error) {
    throw new DataError(`${url}: the answer breaks off: ${(error as Error).message}`);
  }
}

function detailOf(text: string): string {
  try {
    const { detail, code } = JSON.parse(text);
    return `${detail} (${code})`;
  } catch {
    return text.slice(0, 200);
  }
}

/** The store in a folder, and what makes backups of it. Throws DataError where there is none or a server has it. */
export async function openFolder(dataDir: string) {
  const path = join(userPath(dataDir), "ncs.db");
  if (!existsSync(path)) throw new DataError(`${dataDir}: there is no ncs.db in it`);
  const [service, { SqliteStore }] = await Promise.all([import("../service/mod.ts"), import("../store/sqlite.ts")]);
  const store = await SqliteStore.open({ path }).catch((error) => {
    throw new DataError(error.message);
  });
  return { service, store, kernel: await loadKernel() };
}

/** What a user is told of a failure: what is wrong with the file, what a server or a folder said, in one line. */
export function asDataError(error: unknown, file?: string): unknown {
  if (error instanceof BackupError) {
    return new DataError(`${file ?? "the backup"}: ${error.message}; nothing was written`);
  }
  return error instanceof Error && error.name === "Problem" ? new DataError(error.message) : error;
}
