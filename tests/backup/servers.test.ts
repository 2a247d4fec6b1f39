/** Backups by the command line, between real servers: other runtimes, other stores, the same streams to the bit. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { blobs, toRows } from "../kernel.ts";
import type { Json } from "../service/app.ts";
import { askForToken, COMMANDS, killLeftovers, listen, newFolder, type Server } from "../service/processes.ts";
import { Cluster, HAS_POSTGRES } from "../../deploy/local/postgres.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const RUNTIME = "Deno" in globalThis ? ["run", "-A", "--no-check", MAIN] : [MAIN];
const DIMS = 3;

/** Runs ncs, while servers of this process go on. */
function ncs(
  folder: string,
  args: string[],
  more: Record<string, string> = {},
): Promise<{ status: number; err: string }> {
  const env = { ...process.env, INIT_CWD: folder, NO_COLOR: "1", ...more };
  return new Promise((resolve) =>
    execFile(process.execPath, [...RUNTIME, ...args], { env }, (error, _stdout, err) => {
      resolve({ status: Number(error?.code ?? 0), err });
    })
  );
}

/** Tokens by server: to sign in takes as long as a password is hard. */
const tokens = new Map<string, Promise<string>>();

async function signIn({ url }: Server): Promise<string> {
  if (!tokens.has(url)) tokens.set(url, askForToken(url));
  return await tokens.get(url)!;
}

const headsOf = async (server: Server) => ({ authorization: `Bearer ${await signIn(server)}` });

async function post(server: Server, path: string, value: unknown): Promise<Json> {
  const headers = { ...await headsOf(server), "content-type": "application/json" };
  return await (await fetch(server.url + path, { method: "POST", headers, body: JSON.stringify(value) })).json();
}

const learn = (server: Server, name: string, seed: number) =>
  post(server, `/api/v1/streams/${name}/process_points`, { points: toRows(blobs(500, DIMS, seed), DIMS) });

async function stateOf(server: Server, name: string): Promise<Uint8Array> {
  const response = await fetch(`${server.url}/api/v1/streams/${name}/snapshot`, { headers: await headsOf(server) });
  return new Uint8Array(await response.arrayBuffer());
}

async function stop({ pid, exit }: Server): Promise<void> {
  process.kill(pid, "SIGTERM");
  await exit;
}

async function fill(server: Server): Promise<void> {
  await post(server, "/api/v1/streams", { name: "plain", dims: DIMS });
  await post(server, "/api/v1/streams", { name: "scaled", parameters: { scaling: "standard", max_clusters: 9 } });
  for (const seed of [1, 2]) for (const name of ["plain", "scaled"]) await learn(server, name, seed);
}

/** The streams of both go on alike, and end in the same octets. */
async function holdToGoOn(one: Server, two: Server, seed: number): Promise<void> {
  for (const name of ["plain", "scaled"]) {
    assertEquals(await stateOf(two, name), await stateOf(one, name));
    const labels = await learn(one, name, seed);
    assert(labels.length === 500);
    assertEquals(await learn(two, name, seed), labels);
    assertEquals(await stateOf(two, name), await stateOf(one, name));
  }
}

after(killLeftovers);

describe("ncs backup and restore", { skip: HAS_POSTGRES ? false : "Postgres is not installed" }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start();
  });
  after(() => cluster.remove());

  it("move all streams from Deno and SQLite to Bun and Postgres, and back, to the bit", async () => {
    const folder = newFolder(), DATABASE_URL = cluster.url(await cluster.createDatabase());
    const sqlite = await listen(COMMANDS.deno), bun = await listen(COMMANDS.bun, { DATABASE_URL });
    await fill(sqlite);
    const there = await ncs(folder, [
      "backup",
      "--url",
      sqlite.url,
      "--token",
      await signIn(sqlite),
      "--out",
      "a.ncsbak",
    ]);
    assertEquals(there.status, 0, there.err);
    assertMatch(there.err, /^2 streams, [\d,]+ octets\n$/);
    const put = ["restore", "a.ncsbak", "--url", bun.url];
    const made = await ncs(folder, put, { NCS_TOKEN: await signIn(bun) });
    assertEquals(made, { status: 0, err: "2 streams restored\n" });
    await holdToGoOn(sqlite, bun, 3);
    const again = await ncs(folder, put, { NCS_TOKEN: await signIn(bun) });
    assertEquals(again.status, 1);
    assertMatch(again.err, /refuses with 409: .*nothing was restored: plain, scaled \(stream_exists\)/);
    const back = await ncs(folder, ["backup", "--url", bun.url, "--out", "b.ncsbak"], { NCS_TOKEN: await signIn(bun) });
    assertEquals(back.status, 0, back.err);
    const home = await listen(COMMANDS.deno);
    const NCS_TOKEN = await signIn(home);
    assertEquals((await ncs(folder, ["restore", "b.ncsbak", "--url", home.url], { NCS_TOKEN })).status, 0);
    await holdToGoOn(bun, home, 4);
    for (const server of [sqlite, bun, home]) await stop(server);
  });
});

describe("ncs backup and restore without a server", () => {
  it("take the streams out of a folder, and put them into another, once no server has it", async () => {
    const folder = newFolder(), one = newFolder(), two = newFolder();
    const server = await listen(COMMANDS.deno, { DATA_DIR: one }),
      empty = await listen(COMMANDS.bun, { DATA_DIR: two });
    await fill(server);
    const take = ["backup", "--data-dir", one, "--out", "a.ncsbak"];
    const inUse = await ncs(folder, take);
    assertEquals(inUse.status, 1);
    assertMatch(inUse.err, /is in use by another process/);
    await Promise.all([stop(server), stop(empty)]);
    assertEquals((await ncs(folder, take)).status, 0);
    assertEquals(await ncs(folder, ["restore", "a.ncsbak", "--data-dir", two]), {
      status: 0,
      err: "2 streams restored\n",
    });
    const [before, moved] = [
      await listen(COMMANDS.deno, { DATA_DIR: one }),
      await listen(COMMANDS.bun, { DATA_DIR: two }),
    ];
    await holdToGoOn(before, moved, 3);
    await Promise.all([stop(before), stop(moved)]);
  });

  it("refuse what makes no sense or does no good, and leave no half of a file", async () => {
    const folder = newFolder(), server = await listen(COMMANDS.deno);
    const NCS_TOKEN = await signIn(server), url = ["--url", server.url];
    await post(server, "/api/v1/streams", { name: "a", dims: 1 });
    assertEquals((await ncs(folder, ["backup", ...url, "--out", "a.ncsbak"], { NCS_TOKEN })).status, 0);
    const whole = readFileSync(join(folder, "a.ncsbak"));
    writeFileSync(join(folder, "short.ncsbak"), whole.subarray(0, whole.length - 9));
    const cases: [string[], number, RegExp][] = [
      [["backup", "--out", "b.ncsbak"], 2, /--url or --data-dir/],
      [["backup", "--url", "ftp://x", "--out", "b.ncsbak"], 2, /not an address of http or https/],
      [["backup", ...url, "--token", "no", "--out", "b.ncsbak"], 1, /refuses with 401: .*invalid_credentials/],
      [["backup", "--url", "http://127.0.0.1:1", "--out", "b.ncsbak"], 1, /does not answer/],
      [["backup", "--url", `${server.url}/ncs/`, "--out", "b.ncsbak"], 1, /\/ncs\/ refuses with 404/],
      [["backup", "--data-dir", folder, "--out", "b.ncsbak"], 1, /no ncs.db/],
      [["restore", "short.ncsbak", ...url, "--existing", "replace"], 1, /short.ncsbak: the backup ends in frame 2/],
      [["restore", "none", ...url], 1, /none: no such file/],
      [["restore", ".", ...url], 1, /\.: is no file/],
      [["restore", "a.ncsbak", ...url, "--existing", "all"], 2, /fail, skip, replace/],
      [["restore", ...url], 2, /one FILE/],
    ];
    for (const [args, status, message] of cases) {
      const result = await ncs(folder, args, { NCS_TOKEN });
      assertEquals(result.status, status, result.err);
      assertMatch(result.err, message);
    }
    assertEquals(readdirSync(folder).sort(), ["a.ncsbak", "short.ncsbak"]);
    await stop(server);
  });
});
