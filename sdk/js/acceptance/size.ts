/** What a page pays for a piece of code that uses the package. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import process from "node:process";
import type { Project } from "./project.ts";

/** The code bundled with what it uses of the package, minified. */
export async function minified(project: Project, code: string): Promise<string> {
  const entry = project.write("entry.mjs", code), out = `${project.folder}/entry.min.mjs`;
  const flags = ["--quiet", "--minify", "--platform", "browser", "--node-modules-dir=manual"];
  await project.run(process.execPath, "bundle", ...flags, entry, "-o", out);
  return readFileSync(out, "utf8");
}

export function gzipBytes(text: string): number {
  return gzipSync(text, { level: 9 }).byteLength;
}
