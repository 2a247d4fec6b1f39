/** The workload as one JavaScript file, for hosts that read no TypeScript. */
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { run } from "./process.ts";

/** Bundles a file of this folder; answers the path of the bundle. */
export async function bundle(entry: string, folder: string): Promise<string> {
  const out = join(folder, entry.replace(/\.ts$/, ".mjs")), source = fileURLToPath(new URL(entry, import.meta.url));
  await run(process.execPath, ["bundle", "--quiet", "--platform", "browser", source, "-o", out]);
  return out;
}
