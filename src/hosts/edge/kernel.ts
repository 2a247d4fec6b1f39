/** The kernel: a module of the worker, compiled by the host. */

/** Not a literal where it is imported: the bundler must leave the module to the host. */
const KERNEL = ["./ncs.wasm"][0];

const { default: module }: { default: WebAssembly.Module } = await import(KERNEL);

export const kernel = module;
