/** The places of the round trip: each goes on from a snapshot, learns points, and answers labels and the snapshot of now. */
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { onFolder, PLAYWRIGHT } from "../../sdk/js/acceptance/browser.ts";
import { COMMANDS, listen, type Server } from "../service/processes.ts";
import { withFolder } from "./miniflare.ts";
import { type Edge, json, octets, signIn, snapshotOf, startEdge } from "./service.ts";
import { install } from "./tools.ts";

type Octets = Uint8Array<ArrayBuffer>;

export interface Learned {
  ids: number[];
  snapshot: Octets;
}

/** Undefined as a snapshot: a new stream. */
export type Hop = (snapshot: Octets | undefined, points: Float32Array<ArrayBuffer>, dims: number) => Promise<Learned>;

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const PYTHON = path("../../build/python/bin/python");

/** Over HTTP, in a new stream. */
async function learnOver(edge: Edge, ...[snapshot, points, dims]: Parameters<Hop>): Promise<Learned> {
  const admin = await signIn(edge), name = `trip-${Date.now()}`;
  const ok = async (response: Promise<Response>) => {
    if (!(await response).ok) throw new Error(await (await response).text());
    return await response;
  };
  await ok(edge.request("/api/v1/streams", json({ name }, admin)));
  const headers = { ...admin, "content-type": "application/octet-stream" };
  const body = snapshot && { method: "POST", headers, body: snapshot };
  if (body) await ok(edge.request(`/api/v1/streams/${name}/snapshot`, body));
  const answer = await ok(edge.request(`/api/v1/streams/${name}/process_points`, octets(points, dims, admin)));
  const ids = [...new Int32Array(await answer.arrayBuffer())];
  return { ids, snapshot: await snapshotOf(edge, name, admin) };
}

/** workerd. */
export const onEdge: Hop = (...given) =>
  withFolder(async (data) => {
    const edge = await startEdge(data);
    return await learnOver(edge, ...given).finally(edge.stop);
  });

/** The server, as a process on Deno. */
export const onServer: Hop = async (...given) => {
  const server = await listen(COMMANDS.deno, { ADMIN_PASSWORD: "correct horse battery" });
  try {
    return await learnOver(overHttp(server), ...given);
  } finally {
    process.kill(server.pid, "SIGTERM");
    await server.exit;
  }
};

function overHttp({ url }: Server): Edge {
  const request = (path: string, init?: RequestInit) => fetch(url + path, init);
  const json: Edge["json"] = async (path, init) => await (await request(path, init)).json();
  return { url, stop: () => Promise.resolve(), request, json };
}

/** A page in headless Chromium, with the package's local part. */
export const inChromium: Hop = (snapshot, points, dims) =>
  withFolder(async (folder) => {
    const bundle = ["bundle", "--quiet", "--platform", "browser", path("page.ts"), "-o", join(folder, "page.js")];
    execFileSync(process.execPath, bundle, { stdio: ["ignore", "ignore", "inherit"] });
    copyFileSync(path("../../build/ncs.wasm"), join(folder, "ncs.wasm"));
    writeFileSync(join(folder, "index.html"), `<!doctype html><script type="module" src="page.js"></script>`);
    write(folder, snapshot!, points);
    const [name, version] = PLAYWRIGHT.split("@");
    return await onFolder(install(name, version), folder, async (page) => {
      await page.waitForFunction("globalThis.goOn");
      const learned = await page.evaluate<{ ids: number[]; snapshot: number[] }>(`goOn(${dims})`);
      return { ids: learned.ids, snapshot: Uint8Array.from(learned.snapshot) };
    });
  });

/** A process of Python, with the package. */
export const inPython: Hop = (snapshot, points, dims) =>
  withFolder((folder) => {
    write(folder, snapshot!, points);
    execFileSync(PYTHON, [path("go_on.py"), folder, String(dims)], { stdio: "pipe" });
    const ids = new Uint8Array(readFileSync(join(folder, "ids")));
    const after = new Uint8Array(readFileSync(join(folder, "after")));
    return Promise.resolve({ ids: [...new Int32Array(ids.buffer)], snapshot: after });
  });

function write(folder: string, snapshot: Octets, points: Float32Array<ArrayBuffer>): void {
  writeFileSync(join(folder, "snapshot"), snapshot);
  writeFileSync(join(folder, "points"), new Uint8Array(points.buffer));
}

/** Why a place cannot be gone to; false where it can. */
export const missing = {
  chromium: () => fails("sh", "-c", "command -v chromium || command -v chromium-browser || command -v google-chrome"),
  python() {
    const make = "import run_tests as run; run.STAMP.exists() or run.install()";
    return fails("sh", "-c", `cd '${path("../../sdk/python")}' && python3 -c '${make}'`);
  },
};

function fails(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
}
