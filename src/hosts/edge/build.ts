/** Puts the worker and the kernel in build/edge, as workerd and wrangler take them. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { requireByImport } from "./require.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Bundles a worker of this project into a folder, with the kernel beside it. Throws where it cannot be bundled. */
export function buildWorker(source: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  copyFileSync(path("../../../build/ncs.wasm"), `${folder}/ncs.wasm`);
  const bundle = ["bundle", "--quiet", "--minify", "--platform", "deno", "--external=cloudflare:workers"];
  const out = `${folder}/worker.mjs`;
  // What was there before is not taken for what was bundled now.
  rmSync(out, { force: true });
  const { status } = spawnSync(process.execPath, [...bundle, source, "-o", out], { stdio: "inherit" });
  if (status !== 0 || !existsSync(out)) throw new Error(`${source} could not be bundled`);
  writeFileSync(out, requireByImport(readFileSync(out, "utf8")));
}

/** What is uploaded of a folder, in words: Cloudflare bounds the octets, and those after gzip. */
function sizeOf(folder: string): string {
  const files = ["worker.mjs", "ncs.wasm"].map((name) => readFileSync(`${folder}/${name}`));
  const kib = (parts: Uint8Array[]) => Math.round(parts.reduce((sum, { byteLength }) => sum + byteLength, 0) / 1024);
  return `${kib(files)} KiB, ${kib(files.map((file) => gzipSync(file)))} KiB gzipped`;
}

if (import.meta.main) {
  const folder = path("../../../build/edge");
  buildWorker(path("worker.ts"), folder);
  console.log(`build/edge: ${sizeOf(folder)}`);
}
