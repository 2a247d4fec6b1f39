/** Where points come from: a file or standard input, cut into chunks as it is read. */
import { createReadStream, statSync } from "node:fs";
import { extname } from "node:path";
import process from "node:process";
import { type Parser } from "./batch.ts";
import { CsvParser } from "./csv.ts";
import { DataError, UsageError } from "./errors.ts";
import { NdjsonParser } from "./ndjson.ts";
import { userPath } from "./paths.ts";
import { RawParser } from "./raw.ts";

/** Octets of a chunk: what is in memory at a time. */
const CHUNK_BYTES = 1 << 18;

const FORMATS = { ".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".f32": "f32" } as const;
export type InputFormat = typeof FORMATS[keyof typeof FORMATS];

/** How to read the points. */
export interface InputRequest {
  /** Path as the user gave it; "-": standard input. */
  file: string;
  format?: InputFormat;
  dims?: number;
  columns?: string[];
}

export interface Source {
  name: string;
  format: InputFormat;
  parser: Parser;
  /** Octets, where they are known beforehand. */
  bytes?: number;
  chunks: AsyncIterable<Uint8Array>;
}

function formatOf({ file, format }: InputRequest): InputFormat {
  const found = format ?? FORMATS[extname(file).toLowerCase() as keyof typeof FORMATS];
  if (!found) {
    throw new UsageError(`the format of ${file === "-" ? "standard input" : file} is not known: give --format`);
  }
  return found;
}

function parserOf(name: string, format: InputFormat, { dims, columns }: InputRequest): Parser {
  if (columns && format !== "csv") throw new UsageError("--columns is for CSV");
  if (format === "csv") return new CsvParser(name, columns);
  if (format === "ndjson") return new NdjsonParser(name);
  if (dims === undefined) throw new UsageError("raw float32 has no rows of its own: give --dims");
  return new RawParser(name, dims);
}

/** Opens the input. Throws UsageError where it cannot be known how to read it, DataError where there is no such file. */
export function openSource(request: InputRequest): Source {
  const { file } = request, format = formatOf(request);
  if (file === "-") {
    const parser = parserOf("standard input", format, request);
    return { name: "standard input", format, parser, chunks: process.stdin };
  }
  const path = userPath(file), stat = statSync(path, { throwIfNoEntry: false });
  const parser = parserOf(file, format, request);
  if (!stat) throw new DataError(`${file}: no such file`);
  if (stat.isDirectory()) throw new DataError(`${file}: is a folder`);
  const bytes = stat.isFile() ? stat.size : undefined;
  return { name: file, format, parser, bytes, chunks: createReadStream(path, { highWaterMark: CHUNK_BYTES }) };
}
