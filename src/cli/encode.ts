/** Assignments as octets: what `label` writes. */
import { extname } from "node:path";
import type { Assignment } from "../engine/mod.ts";
import { UsageError } from "./errors.ts";
import type { InputFormat } from "./source.ts";

const FORMATS = { ".i32": "i32", ".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson" } as const;
export type OutputFormat = typeof FORMATS[keyof typeof FORMATS];

/** The first line of the CSV output. */
export const CSV_HEADER = "cluster_id,is_outlier,outlier_score\n";

/** The format of an output: as asked for, else by the extension, else the counterpart of the input's. */
export function outputFormat(out: string, asked: OutputFormat | undefined, input: InputFormat): OutputFormat {
  if (asked) return asked;
  const known = FORMATS[extname(out).toLowerCase() as keyof typeof FORMATS];
  if (known) return known;
  if (out !== "-") {
    throw new UsageError(
      `the format of ${out} is not known: end its name in .i32, .csv or .ndjson, or give --out-format`,
    );
  }
  return input === "f32" ? "i32" : input;
}

/** Six decimals, which single precision has. */
const short = (score: number) => Math.round(score * 1e6) / 1e6;

function csv({ ids, isOutlier, outlierScores }: Assignment): string {
  let text = "";
  for (let i = 0; i < ids.length; i++) text += `${ids[i]},${isOutlier[i]},${short(outlierScores[i])}\n`;
  return text;
}

function ndjson({ ids, isOutlier, outlierScores }: Assignment): string {
  let text = "";
  for (let i = 0; i < ids.length; i++) {
    text += `{"cluster_id":${ids[i]},"is_outlier":${isOutlier[i] === 1},"outlier_score":${short(outlierScores[i])}}\n`;
  }
  return text;
}

function i32({ ids }: Assignment): Uint8Array {
  const octets = new Uint8Array(4 * ids.length), view = new DataView(octets.buffer);
  for (let i = 0; i < ids.length; i++) view.setInt32(4 * i, ids[i], true);
  return octets;
}

/** How each format writes the labels of a batch. */
export const ENCODERS: { readonly [format in OutputFormat]: (assignment: Assignment) => Uint8Array | string } = {
  i32,
  csv,
  ndjson,
};
