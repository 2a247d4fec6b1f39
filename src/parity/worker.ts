/** workerd: answers each request with the digest. The kernel is a module of the worker, compiled by the host. */
import { digest } from "./workload.ts";

/** Not a literal where it is imported: the bundler must leave the module to the host. */
const KERNEL = ["./ncs.wasm"][0];

export default {
  async fetch(request: Request): Promise<Response> {
    const { default: module }: { default: WebAssembly.Module } = await import(KERNEL);
    return new Response(await digest(module, Number(new URL(request.url).searchParams.get("points"))));
  },
};
