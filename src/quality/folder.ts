/** Labelled streams from a folder: streams.json and, for each stream, NAME.f32 and NAME.labels.i32, both little-endian. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LabelledStream } from "./stream.ts";

interface Entry {
  name: string;
  n: number;
  d: number;
  k: number;
  kind: string;
}

function bytes(file: string, expected: number): ArrayBuffer {
  const data = readFileSync(file);
  if (data.byteLength !== expected) throw new Error(`${file}: ${data.byteLength} bytes, expected ${expected}`);
  return data.buffer.slice(data.byteOffset, data.byteOffset + expected) as ArrayBuffer;
}

/** Reads the streams of a folder, one at a time as they are asked for; throws where a file is missing or of a wrong size. */
export function* folderStreams(folder: string): Generator<LabelledStream> {
  const entries: Entry[] = JSON.parse(readFileSync(join(folder, "streams.json"), "utf8"));
  for (const { name, n, d, k, kind } of entries) {
    const points = new Float32Array(bytes(join(folder, `${name}.f32`), 4 * n * d));
    const truth = new Int32Array(bytes(join(folder, `${name}.labels.i32`), 4 * n));
    yield { name, kind, dims: d, k, points, truth };
  }
}
