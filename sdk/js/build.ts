/** `deno task build:sdk`: dist, with the modules, their types and the kernel. Nothing of it is committed. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
/** What is imported; the worker's own side is loaded, and so a file of its own too. */
const ENTRIES = ["index", "local", "worker"], THREAD = "thread";
const TYPES = "dist/types/sdk/js/src";

function run(command: string, args: string[]): void {
  const { status } = spawnSync(command, args, { cwd: HERE, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}`);
}

/** Modules that share what they have in common, readable: whoever bundles them makes them small. */
function bundle(): void {
  const sources = [...ENTRIES, THREAD].map((entry) => `src/${entry}.ts`);
  const args = ["bundle", "--quiet", "--platform", "browser", "--code-splitting", "--outdir", "dist"];
  run(process.execPath, [...args, ...sources]);
}

/** The types that the entries lead to, beside the modules. */
function declare(): void {
  run("npx", ["-y", "-p", "typescript@7.0.2", "tsc", "-p", "."]);
  const wanted = new Set(ENTRIES);
  // A set is walked in the order of insertion: what is found on the way is visited too.
  for (const name of wanted) {
    const text = readFileSync(`${HERE}${TYPES}/${name}.d.ts`, "utf8").replace(/(from "\.\/\w+)\.ts"/g, '$1.js"');
    for (const [, found] of text.matchAll(/from "\.\/(\w+)\.js"/g)) wanted.add(found);
    writeFileSync(`${HERE}dist/${name}.d.ts`, text);
  }
  rmSync(`${HERE}dist/types`, { recursive: true });
}

rmSync(`${HERE}dist`, { recursive: true, force: true });
mkdirSync(`${HERE}dist`);
bundle();
declare();
copyFileSync(new URL("../../build/ncs.wasm", import.meta.url), `${HERE}dist/ncs.wasm`);
copyFileSync(new URL("../../LICENSE", import.meta.url), `${HERE}dist/LICENSE`);
