/** The configuration of the edge: the server's variables, as bindings of the worker, and limits that fit a worker's memory. */
import { type Config, readConfig } from "../../service/mod.ts";
import type { DirectoryStub } from "./directory.ts";
import type { Namespace } from "./workerd.d.ts";

/** Bindings of the worker; variables and secrets are texts among them. */
export interface Bindings {
  DIRECTORY: Namespace<DirectoryStub>;
  STREAMS: Namespace;
}

/** A worker has 128 MB, and JSON takes several times its octets; snapshots and points in octets stay far below. */
const BODY_BYTES_MAX = 8 * 2 ** 20;

/** Reads the bindings. Throws ConfigError that names every bad variable. */
export function configOf(env: Bindings): Config {
  const texts = env as unknown as Record<string, unknown>;
  const read = (name: string) => typeof texts[name] === "string" ? texts[name] : undefined;
  const config = readConfig(read);
  return {
    ...config,
    // Each object would measure itself alone.
    metrics: { ...config.metrics, isEnabled: read("METRICS_ENABLED") !== undefined && config.metrics.isEnabled },
    limits: { ...config.limits, bodyBytesMax: BODY_BYTES_MAX },
  };
}

export function directoryStub({ DIRECTORY }: Bindings): DirectoryStub {
  return DIRECTORY.get(DIRECTORY.idFromName("directory"));
}
