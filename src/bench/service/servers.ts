/** The servers under load as processes: the service, and plain Hono, on either runtime; each stopped by its own pid. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Load, LoadResult } from "./load.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export const RUNTIMES = { deno: "npx -y deno@2.9.6 run -A --no-check", bun: "npx -y bun@1.4.5" } as const;
export type Runtime = keyof typeof RUNTIMES;

export interface Server {
  port: number;
  /** Resident memory of now, bytes. */
  residentBytes(): number;
  stop(): Promise<void>;
}

/** Starts a script that says on a line of JSON that it is listening; waits for that. */
async function start(runtime: Runtime, script: string, environment: Record<string, string>): Promise<Server> {
  const child = spawn("sh", ["-c", `exec ${RUNTIMES[runtime]} ${script}`], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const port = await listeningPort(child);
  return {
    port,
    residentBytes: () => residentBytes(child.pid!),
    stop: () =>
      new Promise((resolve) => {
        child.on("exit", () => resolve());
        process.kill(-child.pid!, "SIGTERM");
      }),
  };
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    createInterface(child.stdout!).on("line", (line) => {
      const { message, port, url } = JSON.parse(line);
      if (message === "listening") resolve(port ?? Number(new URL(url).port));
    });
  });
}

/** Of the largest process of a group: the runtime, not the programs that started it. */
function residentBytes(group: number): number {
  const pids = readFileSync(`/proc/${group}/task/${group}/children`, "utf8").trim().split(" ").filter(Boolean);
  const own = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${group}/status`, "utf8"))?.[1] ?? 0) * 1024;
  return Math.max(own, ...pids.map((pid) => residentBytes(Number(pid))));
}

export function startHello(runtime: Runtime): Promise<Server> {
  return start(runtime, "src/bench/service/hello.ts", {});
}

/** The service as it is run: a journal in a file of its own, limits that count and do not refuse; its other settings. */
export async function startService(runtime: Runtime, settings: Record<string, string> = {}): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "ncs-bench-"));
  const script = runtime === "deno" ? "src/hosts/deno.ts" : "src/hosts/bun.ts";
  const server = await start(runtime, script, {
    PORT: "0",
    DATA_DIR: folder,
    RATE_LIMIT_PER_MINUTE: "1000000000",
    ...settings,
  });
  return {
    ...server,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a load in a process of its own. Throws where a request failed. */
export async function run(load: Load): Promise<LoadResult> {
  const child = spawn("npx", ["-y", "bun@1.4.5", "src/bench/service/load.ts"], {
    cwd: ROOT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(JSON.stringify(load));
  let out = "";
  for await (const chunk of child.stdout) out += chunk;
  const result: LoadResult = JSON.parse(out);
  if (result.failures > 0) throw new Error(`${result.failures} requests failed: ${load.method} ${load.path}`);
  return result;
}
