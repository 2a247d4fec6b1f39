/** `deno task parity`: the same points through the same artifact on every host; one digest, or it fails. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "./chromium.ts";
import { type Host, NotInstalled } from "./host.ts";
import { asText, type Result, verdict } from "./result.ts";
import { bun, deno, node } from "./servers.ts";
import { wasmtime } from "./wasmtime.ts";
import { workerd } from "./workerd.ts";

const HELP = `Runs the same points through the same kernel on every host and compares the digests of all that comes out.

  deno task parity [--json] [--points N] [--require HOST,...]

  --points N      points in all (default 200,000)
  --require LIST  hosts that must be there; others are skipped where they are not installed
  --json          a line of JSON a host: {host, digest}, or {host, skipped: why}, or {host, error: why}`;

const HOSTS: Readonly<Record<string, Host>> = { deno, bun, node, chromium, workerd, wasmtime };

const DIGEST = /^[0-9a-f]{64}$/;

async function runHost(name: string, points: number): Promise<Result> {
  const kernel = fileURLToPath(new URL("../../build/ncs.wasm", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "ncs-parity-"));
  try {
    const digest = await HOSTS[name]({ kernel, points, folder });
    return DIGEST.test(digest) ? { host: name, digest } : { host: name, error: digest };
  } catch (error) {
    const why = (error as Error).message;
    return error instanceof NotInstalled ? { host: name, skipped: why } : { host: name, error: why };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      points: { type: "string", default: "200000" },
      require: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const points = Number(values.points), required = values.require.split(",").filter(Boolean);
  if (!Number.isInteger(points) || points < 100) throw new Error(`--points ${values.points}: not a number from 100`);
  const unknown = required.filter((name) => !(name in HOSTS));
  if (unknown.length > 0) throw new Error(`--require ${unknown}: there are ${Object.keys(HOSTS).join(", ")}`);
  const results: Result[] = [];
  for (const name of Object.keys(HOSTS)) {
    const result = await runHost(name, points);
    console.log(values.json ? JSON.stringify(result) : asText(result));
    results.push(result);
  }
  const wrong = verdict(results, required);
  console.error(wrong ?? `the same on ${results.filter((result) => "digest" in result).length} hosts`);
  return wrong ? 1 : 0;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
}
