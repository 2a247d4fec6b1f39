/** workerd, the runtime of Cloudflare Workers, from its npm package, configured by workerd.capnp. */
import { copyFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";
import type { Host } from "./host.ts";
import { install, start, stop } from "./process.ts";

const WORKERD = ["-y", "workerd@1.20261117.1"];
const CONFIGURATION = fileURLToPath(new URL("workerd.capnp", import.meta.url));
const START_MS = 30_000, POLL_MS = 100;

/** A port that was free just now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

async function fetchDigest(url: string, isUp: () => boolean): Promise<string> {
  for (let waited = 0; waited < START_MS && isUp(); waited += POLL_MS) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return await response.text();
    if (response) throw new Error(`workerd answered ${response.status}: ${await response.text()}`);
    await sleep(POLL_MS);
  }
  throw new Error("workerd did not start");
}

export const workerd: Host = async ({ kernel, points, folder }) => {
  await install("npx", [...WORKERD, "--version"]);
  await bundle("worker.ts", folder);
  const port = await freePort(), configuration = join(folder, "workerd.capnp");
  copyFileSync(kernel, join(folder, "ncs.wasm"));
  copyFileSync(CONFIGURATION, configuration);
  const child = start("npx", [...WORKERD, "serve", configuration, "--socket-addr", `http=127.0.0.1:${port}`]);
  try {
    return await fetchDigest(`http://127.0.0.1:${port}/?points=${points}`, () => child.exitCode === null);
  } finally {
    stop(child);
  }
};
