/** The command line as typed requests. */
import { checkDims, NcsError, optionFromText, type Options } from "../engine/mod.ts";
import { ENCODERS, type OutputFormat } from "./encode.ts";
import { UsageError } from "./errors.ts";
import type { LabelRequest } from "./label.ts";
import { oneOf, parse } from "./parse.ts";
import type { StreamRequest } from "./run.ts";
import type { SummaryRequest } from "./summary.ts";

const STREAM = {
  format: { type: "string" },
  dims: { type: "string" },
  columns: { type: "string" },
  "max-clusters": { type: "string" },
  param: { type: "string", multiple: true },
} as const;

/** The engine's refusal of an option is a usage error here. */
function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof NcsError ? new UsageError(error.message) : error;
  }
}

function readOptions(maxClusters: string | undefined, parameters: readonly string[]): Options {
  const pairs = parameters.map((parameter) => {
    const at = parameter.indexOf("=");
    if (at < 1) throw new UsageError(`--param ${parameter}: give NAME=VALUE`);
    return [parameter.slice(0, at), parameter.slice(at + 1)] as const;
  });
  if (maxClusters !== undefined) pairs.push(["max_clusters", maxClusters]);
  return Object.assign({}, ...pairs.map(([name, value]) => checked(() => optionFromText(name, value))));
}

function readDims(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const dims = Number(text);
  checked(() => checkDims(dims));
  return dims;
}

function streamRequest(
  positionals: string[],
  values: ReturnType<typeof parse<typeof STREAM>>["values"],
): StreamRequest {
  if (positionals.length > 1) throw new UsageError(`one FILE, not ${positionals.join(" ")}`);
  return {
    file: positionals[0] ?? "-",
    format: oneOf("--format", values.format, ["csv", "ndjson", "f32"]),
    dims: readDims(values.dims),
    columns: values.columns?.split(",").map((column) => column.trim()),
    options: readOptions(values["max-clusters"], values.param ?? []),
  };
}

/** Reads the arguments of `label`. Throws UsageError. */
export function labelRequest(args: string[]): LabelRequest {
  const options = { ...STREAM, out: { type: "string", default: "-" }, "out-format": { type: "string" } } as const;
  const { values, positionals } = parse(args, options);
  const outFormat = oneOf("--out-format", values["out-format"], Object.keys(ENCODERS) as OutputFormat[]);
  return { ...streamRequest(positionals, values), out: values.out, outFormat };
}

/** Reads the arguments of `summary`. Throws UsageError. */
export function summaryRequest(args: string[]): SummaryRequest {
  const { values, positionals } = parse(args, { ...STREAM, json: { type: "boolean", default: false } });
  return { ...streamRequest(positionals, values), json: values.json };
}
