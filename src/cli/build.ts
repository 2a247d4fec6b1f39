/**
 * `deno task build`: compiles the kernel where its sources are newer than the artifact. The artifact is replaced in one step, so
 * that commands which build first may run side by side. Arguments: the target in asconfig.json, the entry file.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COMPILER = ["run", "-A", "npm:assemblyscript@0.28.20/asc", "--config", "asconfig.json"];

const changed = (path: string) => statSync(join(ROOT, path), { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;

/** Whether the artifact is there and newer than all that it is made of. */
function isFresh(artifact: string, entry: string): boolean {
  const folder = dirname(entry), sources = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  const inputs = ["asconfig.json", folder, ...sources.map((name) => join(folder, name))];
  return inputs.every((path) => changed(path) < changed(artifact));
}

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
process.exitCode = isFresh(artifact, entry) ? 0 : compile(target, entry, artifact);
