/** The two runtimes as programs of their own, so that a server's pid is the server's, and how each starts a server. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export type Runtime = "deno" | "bun";

/** npm packages that ship the runtimes, and what makes each print the path of its program. */
const PACKAGES = {
  deno: ["deno@2.9.6", "eval", "console.log(Deno.execPath())"],
  bun: ["bun@1.4.5", "-p", "process.execPath"],
};

const paths = new Map<Runtime, string>();

export function runtimePath(runtime: Runtime): string {
  let path = paths.get(runtime);
  if (path === undefined) {
    path = execFileSync("npx", ["-y", ...PACKAGES[runtime]], { encoding: "utf8", cwd: ROOT }).trim();
    paths.set(runtime, path);
  }
  return path;
}

/** Program and arguments of a server, those of the task `serve`. */
export function serverCommand(runtime: Runtime): { program: string; args: string[] } {
  const program = runtimePath(runtime);
  if (runtime === "bun") return { program, args: ["src/hosts/bun.ts"] };
  const { serve } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8")).tasks;
  return { program, args: serve.split(" ").slice(1) };
}
