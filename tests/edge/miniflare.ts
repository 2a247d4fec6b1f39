/** Workers in workerd, by miniflare. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { load } from "./tools.ts";
import { COMPATIBILITY } from "./wrangler.ts";

const VERSION = "4.20260504.0";

/** The worker of `task build:edge`. */
export const EDGE = fileURLToPath(new URL("../../build/edge/", import.meta.url));

/** What is used of miniflare. */
interface Miniflare {
  ready: Promise<URL>;
  dispose(): Promise<void>;
}
interface Package {
  Miniflare: new (options: unknown) => Miniflare;
}

export interface Worker {
  url: string;
  /** Ends workerd by SIGKILL. */
  stop(): Promise<void>;
}

/** Starts the worker of a folder. What its objects keep is in `data`, where a later one finds it. */
export async function startWorker(
  folder: string,
  data: string,
  objects: Record<string, string>,
  bindings: Record<string, string> = {},
): Promise<Worker> {
  const durableObjects = Object.entries(objects).map(([name, className]) => [name, { className, useSQLite: true }]);
  const { Miniflare } = load<Package>("miniflare", VERSION);
  const miniflare = new Miniflare({
    modulesRoot: folder,
    modules: [
      { type: "ESModule", path: join(folder, "worker.mjs") },
      { type: "CompiledWasm", path: join(folder, "ncs.wasm") },
    ],
    ...COMPATIBILITY,
    durableObjects: Object.fromEntries(durableObjects),
    durableObjectsPersist: data,
    bindings,
    handleRuntimeStdio: drain,
  });
  return { url: (await miniflare.ready).href.replace(/\/$/, ""), stop: () => miniflare.dispose() };
}

/** What workerd prints is read, or it would stop at a full pipe. */
function drain(stdout: NodeJS.ReadableStream, stderr: NodeJS.ReadableStream): void {
  stdout.resume();
  stderr.resume();
}

/** Runs `act` with a folder that goes away afterwards. */
export async function withFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "ncs-edge-"));
  try {
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
