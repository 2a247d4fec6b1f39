/** The configuration: read from an environment, checked whole, printed by --help. */
import { describeOption, optionFromText, OPTIONS, type Options } from "../engine/mod.ts";
import type { BodyLimits } from "./http/body.ts";
import type { StreamsConfig } from "./streams/streams.ts";

/** What a request may hold at most. */
export interface Limits extends BodyLimits {
  jsonPointsMax: number;
  binaryPointsMax: number;
  dimsMax: number;
}

export interface Config {
  /** TCP port, 0: any that is free. */
  port: number;
  /** Address to listen on. */
  host: string;
  streams: StreamsConfig;
  limits: Limits;
}

export const LIMITS: Limits = {
  bodyBytesMax: 32 * 2 ** 20,
  bodyTime_ms: 30_000,
  jsonPointsMax: 10_000,
  binaryPointsMax: 1_000_000,
  dimsMax: 1_000,
};

export const STREAM_LIMITS: Omit<StreamsConfig, "parameters"> = {
  liveMax: 1000,
  idle_ms: 10 * 60_000,
  streamsMax: 10_000,
};

/** A variable of the environment. */
interface Variable {
  name: string;
  default: string;
  means: string;
}

const MEANS: Record<keyof Options, string> = {
  baseThreshold: "similarity from which two groups are one cluster",
  learningRate: "share that a mature micro-cluster takes from its next point; sets the memory",
  maxClusters: "most clusters reported",
  outlierThreshold: "outlier score from which a point is flagged",
  scaling: "standard: each coordinate by its running mean and deviation",
};

const OPTION_VARIABLES = Object.entries(OPTIONS).map(([option, spec]) => ({
  parameter: spec.parameter,
  name: `NCS_${spec.parameter.toUpperCase()}`,
  default: String(spec.default),
  means: `${MEANS[option as keyof Options]}; ${describeOption(spec)}`,
}));

/** Every variable that the server reads. */
export const VARIABLES: readonly Variable[] = [
  { name: "PORT", default: "8000", means: "port to listen on; 0: any that is free" },
  { name: "HOST", default: "127.0.0.1", means: "address to listen on; 0.0.0.0: all" },
  ...OPTION_VARIABLES,
];

/** What is wrong with an environment, one line a variable. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Reads the configuration; an empty variable counts as unset. Throws ConfigError that names every bad variable. */
export function readConfig(env: (name: string) => string | undefined): Config {
  const faults: string[] = [];
  const attempt = <T>(name: string, read: (text: string) => T): T | undefined => {
    const text = env(name)?.trim();
    if (!text) return undefined;
    try {
      return read(text);
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const config: Config = {
    port: attempt("PORT", readPort) ?? 8000,
    host: attempt("HOST", (text) => text) ?? "127.0.0.1",
    streams: {
      ...STREAM_LIMITS,
      parameters: Object.assign(
        {},
        ...OPTION_VARIABLES.map((v) => attempt(v.name, (text) => optionFromText(v.parameter, text))),
      ),
    },
    limits: LIMITS,
  };
  if (faults.length > 0) throw new ConfigError(faults.join("\n"));
  return config;
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new Error(`must be an integer from 0 to 65535, not ${JSON.stringify(text)}`);
}

/** The text of --help. */
export function helpText(version: string): string {
  const width = Math.max(...VARIABLES.map((variable) => variable.name.length));
  const lines = VARIABLES.map((variable) =>
    `  ${variable.name.padEnd(width)}  ${variable.means} (default ${variable.default})`
  );
  return [`NeuroCluster Streamer ${version}: the server`, "", "Environment:", ...lines, ""].join("\n");
}
