/**
 * `deno task build:console`: the console as files whose names hold a hash of what is in them, and the page that names them.
 * Needs the kernel. The folder is replaced at the end, so that a build that fails leaves the one before.
 */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { isFresh } from "./fresh.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FOLDER = join(ROOT, "build/console"), PARTIAL = `${FOLDER}.${process.pid}.partial`;
const INPUTS = [
  "src/console",
  "src/cli/build_console.ts",
  "sdk/js/src",
  "src/engine",
  "build/ncs.wasm",
  "package.json",
];
const SDK = { "neurocluster": "index", "neurocluster/local": "local", "neurocluster/worker": "worker" };

const OPTIONS: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  alias: Object.fromEntries(Object.entries(SDK).map(([name, file]) => [name, join(ROOT, `sdk/js/src/${file}.ts`)])),
  entryNames: "[name]-[hash]",
  outdir: PARTIAL,
  metafile: true,
  logLevel: "warning",
};

/** Bundles an entry; answers the name of its file. */
async function bundle(name: string, entry: string, also: BuildOptions = {}): Promise<string> {
  const { metafile } = await build({ ...OPTIONS, ...also, entryPoints: { [name]: entry } });
  const [path] = Object.entries(metafile!.outputs).find(([, output]) => output.entryPoint === entry)!;
  return basename(path);
}

/** Copies a file under a name that holds its hash; answers the name. */
function copy(name: string, type: string, source: string): string {
  const body = readFileSync(join(ROOT, source)), hash = createHash("sha256").update(body).digest("hex").slice(0, 8);
  writeFileSync(join(PARTIAL, `${name}-${hash}.${type}`), body);
  return `${name}-${hash}.${type}`;
}

async function make(): Promise<void> {
  const kernel = copy("kernel", "wasm", "build/ncs.wasm"), icon = copy("icon", "svg", "src/console/icon.svg");
  const worker = await bundle("worker", "sdk/js/src/thread.ts");
  const define = { WORKER_FILE: JSON.stringify(worker), KERNEL_FILE: JSON.stringify(kernel) };
  const script = await bundle("main", "src/console/main.tsx", { define });
  const style = await bundle("style", "src/console/style/main.css");
  const page = readFileSync(join(ROOT, "src/console/page.html"), "utf8");
  const names: Record<string, string> = { script, style, icon };
  writeFileSync(join(PARTIAL, "index.html"), page.replace(/\{(\w+)\}/g, (_, name) => `console/${names[name]}`));
}

/** Folders cannot be replaced in one step: what is there goes first. */
function replace(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  try {
    renameSync(PARTIAL, FOLDER);
  } catch {
    // Another build was quicker.
    cpSync(PARTIAL, FOLDER, { recursive: true });
  }
}

if (!isFresh(join(FOLDER, "index.html"), INPUTS.map((path) => join(ROOT, path)))) {
  mkdirSync(PARTIAL, { recursive: true });
  try {
    await make();
    replace();
  } finally {
    rmSync(PARTIAL, { recursive: true, force: true });
  }
}
