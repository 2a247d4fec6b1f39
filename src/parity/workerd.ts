/** workerd, the runtime of Cloudflare Workers, from its npm package, with a configuration of its own. */
import { copyFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundle } from "./bundle.ts";
import type { Host } from "./host.ts";
import { install, start, stop } from "./process.ts";

const WORKERD = ["-y", "workerd@1.20261117.1"], COMPATIBILITY_DATE = "2026-05-03";
const START_MS = 30_000, POLL_MS = 100;

const configuration = (script: string, port: number) =>
  `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "parity", worker = .parity)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "parity")],
);
const parity :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "${script}"), (name = "ncs.wasm", wasm = embed "ncs.wasm")],
  compatibilityDate = "${COMPATIBILITY_DATE}",
);
`;

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
  const script = await bundle("worker.ts", folder), port = await freePort(), config = join(folder, "config.capnp");
  copyFileSync(kernel, join(folder, "ncs.wasm"));
  writeFileSync(config, configuration(basename(script), port));
  const child = start("npx", [...WORKERD, "serve", config]);
  try {
    return await fetchDigest(`http://127.0.0.1:${port}/?points=${points}`, () => child.exitCode === null);
  } finally {
    stop(child);
  }
};
