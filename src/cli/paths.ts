/** Paths as the user means them, and the kernel that belongs to this code. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import process from "node:process";

/** Resolves against the folder the user stands in: a task runner changes to the project's and leaves the user's in INIT_CWD. */
export function userPath(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path);
}

const KERNEL = new URL("../../build/ncs.wasm", import.meta.url);

/** Compiles the built kernel. Throws where it was never built. */
export async function loadKernel(): Promise<WebAssembly.Module> {
  return await WebAssembly.compile(new Uint8Array(await readFile(KERNEL)));
}
