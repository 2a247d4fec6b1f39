/** A browser: fetches the kernel, posts the digest, or what went wrong, back to where the page came from. */
import { digest } from "./workload.ts";

async function run(): Promise<string> {
  const points = Number(new URLSearchParams(location.search).get("points"));
  return await digest(await WebAssembly.compileStreaming(fetch("/ncs.wasm")), points);
}

const body = await run().catch((error) => `error: ${error}`);
await fetch("/digest", { method: "POST", body });
