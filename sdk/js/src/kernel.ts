/** The kernel, from wherever it is. */
import { ConnectionError } from "./errors.ts";

/** A compiled module, its octets, or where they are. */
export type KernelSource = WebAssembly.Module | BufferSource | URL | string;

interface FileSystem {
  readFileSync(url: URL): Uint8Array<ArrayBuffer>;
}

/** Compiles the kernel; without a source the one beside this file. Throws ConnectionError where it cannot be fetched. */
export async function loadKernel(source?: KernelSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  // Bundlers look for exactly this, and put the file where it is found.
  source ??= new URL("./ncs.wasm", import.meta.url);
  const octets = typeof source === "string" || source instanceof URL ? await read(source) : source;
  return await WebAssembly.compile(octets as BufferSource);
}

async function read(address: URL | string): Promise<BufferSource> {
  const url = new URL(address, globalThis.location?.href);
  try {
    // Node's fetch reads no files; asked for in this way, bundlers for pages do not look for the module.
    if (url.protocol === "file:") return fileSystem().readFileSync(url);
    const response = await fetch(url);
    if (response.ok) return await response.arrayBuffer();
    throw new Error(`the server answered ${response.status}`);
  } catch (cause) {
    throw new ConnectionError(`no kernel from ${url}: ${(cause as Error).message}`, {
      code: "kernel_not_found",
      cause,
    });
  }
}

function fileSystem(): FileSystem {
  const { process } = globalThis as unknown as { process: { getBuiltinModule(name: string): FileSystem } };
  return process.getBuiltinModule("node:fs");
}
