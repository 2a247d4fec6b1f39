/** The console's files, as the task build:console made them. */
import { readdir, readFile } from "node:fs/promises";
import { extname } from "node:path";
import type { ConsoleAssets } from "../service/mod.ts";

const FOLDER = new URL("../../build/console/", import.meta.url);

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Reads a file of the folder itself; undefined for any other name, and where the console is not built. */
export const consoleAssets: ConsoleAssets = async (name) => {
  try {
    if (!(await readdir(FOLDER)).includes(name)) return undefined;
    const body = await readFile(new URL(name, FOLDER));
    return { body: new Uint8Array(body), type: TYPES[extname(name)] ?? "application/octet-stream" };
  } catch {
    return undefined;
  }
};
