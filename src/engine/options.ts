/** The parameters of a stream: names, ranges, defaults; checked once, when a stream is made. */
import { NcsError } from "./errors.ts";
import type { Options } from "./types.ts";

/** A number with its range. Bounds count as inside unless `open` says otherwise. */
export interface NumberOption {
  kind: "integer" | "number";
  min: number;
  max: number;
  open?: boolean;
  default: number;
  /** The same parameter in files, environments and JSON. */
  parameter: string;
}

/** One of a few words. */
export interface WordOption {
  kind: "word";
  words: readonly string[];
  default: string;
  parameter: string;
}

/** Dimensions that the kernel takes. */
export const DIMS_MAX = 1024;

/** Every option there is. */
export const OPTIONS: { readonly [name in keyof Required<Options>]: NumberOption | WordOption } = {
  maxClusters: { kind: "integer", min: 2, max: 256, default: 30, parameter: "max_clusters" },
  baseThreshold: { kind: "number", min: 0, max: 1, open: true, default: 0.71, parameter: "base_threshold" },
  learningRate: { kind: "number", min: 0.0001, max: 1, default: 0.06, parameter: "learning_rate" },
  outlierThreshold: { kind: "number", min: 0, max: 1, default: 0.5, parameter: "outlier_threshold" },
  scaling: { kind: "word", words: ["none", "standard"], default: "none", parameter: "scaling" },
};

/** What an option may be, in words: for messages and for help. */
export function describeOption(spec: NumberOption | WordOption): string {
  if (spec.kind === "word") return spec.words.join(" or ");
  const range = spec.open ? `above ${spec.min} and below ${spec.max}` : `from ${spec.min} to ${spec.max}`;
  return `${spec.kind === "integer" ? "an integer" : "a number"} ${range}`;
}

function isAllowed(spec: NumberOption | WordOption, value: unknown): boolean {
  if (spec.kind === "word") return typeof value === "string" && spec.words.includes(value);
  if (typeof value !== "number" || !Number.isFinite(value)) return false;
  if (spec.kind === "integer" && !Number.isInteger(value)) return false;
  return spec.open ? value > spec.min && value < spec.max : value >= spec.min && value <= spec.max;
}

function show(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/**
 * The options with what is not given filled in: from `others`, else by the defaults. Throws invalid_option for an unknown
 * name or a value outside its range.
 */
export function resolveOptions(options: Options = {}, others: Options = {}): Required<Options> {
  const given = options as Record<string, unknown>;
  const resolved: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(OPTIONS, name)) {
      throw new NcsError("invalid_option", `unknown option ${name}; there are ${Object.keys(OPTIONS).join(", ")}`);
    }
  }
  for (const [name, spec] of Object.entries(OPTIONS)) {
    const value = given[name] ?? others[name as keyof Options] ?? spec.default;
    if (!isAllowed(spec, value)) {
      throw new NcsError("invalid_option", `${name} must be ${describeOption(spec)}, not ${show(value)}`);
    }
    resolved[name] = value;
  }
  return resolved as unknown as Required<Options>;
}

/**
 * Reads one option from text, as environments and command lines give it: ("max_clusters", "12") gives { maxClusters: 12 }.
 * The name may be the option's or the parameter's. Throws invalid_option, naming what was given.
 */
export function optionFromText(name: string, text: string): Options {
  const found = Object.entries(OPTIONS).find(([option, spec]) => option === name || spec.parameter === name);
  if (!found) {
    const names = Object.values(OPTIONS).map((spec) => spec.parameter).join(", ");
    throw new NcsError("invalid_option", `unknown parameter ${name}; there are ${names}`);
  }
  const [option, spec] = found;
  const value = spec.kind === "word" || text.trim() === "" ? text.trim() : Number(text);
  if (!isAllowed(spec, value)) {
    throw new NcsError("invalid_option", `${name} must be ${describeOption(spec)}, not ${JSON.stringify(text)}`);
  }
  return { [option]: value };
}

/** Throws invalid_option unless dims is an integer from 1 to DIMS_MAX. */
export function checkDims(dims: number): void {
  if (!Number.isInteger(dims) || dims < 1 || dims > DIMS_MAX) {
    throw new NcsError("invalid_option", `dims must be an integer from 1 to ${DIMS_MAX}, not ${show(dims)}`);
  }
}
