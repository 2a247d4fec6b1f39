/**
 * `deno task build`: compiles the kernel where its sources are newer than the artifact. The artifact is replaced in one step, so
 * that commands which build first may run side by side. Arguments: the target in asconfig.json, the entry file.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { isFresh } from "./fresh.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COMPILER = ["run", "-A", "npm:assemblyscript@0.28.20/asc", "--config", "asconfig.json"];

/** Compiles beside the artifact and renames; answers the compiler's exit status. */
function compile(target: string, entry: string, artifact: string): number {
  const partial = `${artifact}.${process.pid}.partial.wasm`;
  const args = [...COMPILER, entry, "--target", target, "--outFile", partial];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ["ignore", 2, 2] });
  if (status === 0) renameSync(join(ROOT, partial), join(ROOT, artifact));
  else rmSync(join(ROOT, partial), { force: true });
  return status ?? 1;
}

const [target, entry] = process.argv.slice(2);
const { targets } = JSON.parse(readFileSync(join(ROOT, "asconfig.json"), "utf8"));
const artifact: string = targets[target].outFile;
const inputs = ["asconfig.json", dirname(entry)].map((path) => join(ROOT, path));
process.exitCode = isFresh(join(ROOT, artifact), inputs) ? 0 : compile(target, entry, artifact);
