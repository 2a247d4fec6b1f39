/** Where labels go: standard output, or a file that gets its name only when it is complete. */
import { createWriteStream, lstatSync, readlinkSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, resolve as resolvePath } from "node:path";
import process from "node:process";
import type { Writable } from "node:stream";
import { userPath } from "./paths.ts";

/** Takes octets or text; write answers when there is room for more. */
export interface Sink {
  write(data: Uint8Array | string): Promise<void>;
  /** Everything was written: the file takes its name. */
  finish(): Promise<void>;
  /** Takes back what was written to a file. */
  abandon(): void;
}

/** A stream that failed before, as it could not be opened, says why: not only that it takes no more. */
const written = (stream: Writable, data: Uint8Array | string) =>
  new Promise<void>((resolve, reject) =>
    stream.write(data, (error) => error ? reject(stream.errored ?? error) : resolve())
  );

const ended = (stream: Writable) =>
  new Promise<void>((resolve, reject) => {
    stream.once("error", reject);
    stream.end(() => resolve());
  });

function standardOutput(): Sink {
  const { stdout } = process;
  // A reader that has seen enough (head) is no error: each write answers it as its own.
  stdout.on("error", () => {});
  return { write: (data) => written(stdout, data), finish: () => Promise.resolve(), abandon: () => {} };
}

/** Pipes and devices have no complete state: they are written as they are. */
function isSpecial(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile();
}

/** The file that links lead to, which need not be there yet: the links stay. */
function linked(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
  return isLink ? linked(resolvePath(dirname(path), readlinkSync(path))) : path;
}

/** Opens the output; "-" is standard output. A file is written beside its name and renamed at the end. */
export function openSink(out: string): Sink {
  if (out === "-") return standardOutput();
  const given = userPath(out), special = isSpecial(given), path = special ? given : linked(given);
  const partial = special ? path : `${path}.${process.pid}.partial`;
  const stream = createWriteStream(partial);
  stream.on("error", () => {});
  const abandon = () => {
    stream.destroy();
    if (!special) rmSync(partial, { force: true });
  };
  const stop = () => {
    abandon();
    process.exit(130);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  const finish = async () => {
    await ended(stream);
    if (!special) renameSync(partial, path);
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  };
  return { write: (data) => written(stream, data), finish, abandon };
}
