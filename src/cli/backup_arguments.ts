/** The arguments of `backup` and `restore`. */
import process from "node:process";
import type { BackupRequest } from "./backup.ts";
import type { Endpoint } from "./endpoint.ts";
import { UsageError } from "./errors.ts";
import { httpUrl, oneOf, parse } from "./parse.ts";
import type { RestoreRequest } from "./restore.ts";

const ENDPOINT = {
  url: { type: "string" },
  "api-key": { type: "string" },
  token: { type: "string" },
  "data-dir": { type: "string" },
} as const;

function readEndpoint(values: { url?: string; "api-key"?: string; token?: string; "data-dir"?: string }): Endpoint {
  const { url, "data-dir": dataDir } = values;
  if ((url === undefined) === (dataDir === undefined)) throw new UsageError("give --url or --data-dir");
  if (dataDir !== undefined) return { dataDir };
  return { url: httpUrl("--url", url!), headers: readCredentials(values) };
}

function readCredentials(values: { "api-key"?: string; token?: string }): Record<string, string> {
  const { NCS_API_KEY, NCS_TOKEN } = process.env;
  const isSaid = values["api-key"] !== undefined || values.token !== undefined;
  const apiKey = isSaid ? values["api-key"] : NCS_API_KEY, token = isSaid ? values.token : NCS_TOKEN;
  if (apiKey && !token) return { "x-api-key": apiKey };
  if (token && !apiKey) return { authorization: `Bearer ${token}` };
  throw new UsageError("give --api-key or --token, or one of NCS_API_KEY and NCS_TOKEN in the environment");
}

/** Reads the arguments of `backup`. Throws UsageError. */
export function backupRequest(args: string[]): BackupRequest {
  const { values, positionals } = parse(args, { ...ENDPOINT, out: { type: "string", default: "-" } });
  if (positionals.length > 0) throw new UsageError(`--out ${positionals[0]}, if that is the file to write`);
  return { from: readEndpoint(values), out: values.out };
}

/** Reads the arguments of `restore`. Throws UsageError. */
export function restoreRequest(args: string[]): RestoreRequest {
  const { values, positionals } = parse(args, { ...ENDPOINT, existing: { type: "string", default: "fail" } });
  if (positionals.length !== 1) throw new UsageError("give one FILE");
  const existing = oneOf("--existing", values.existing, ["fail", "skip", "replace"] as const);
  return { file: positionals[0], to: readEndpoint(values), existing };
}
