/**
 * One stream through the command line and, in batches, through a real server gives the same labels.
 * NCS_TEST_STREAM=FILE:DIMS names a raw f32 file to use instead of a generated stream.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { blobs, toRows } from "../kernel.ts";
import { COMMANDS, finish, KEY, killLeftovers, listen } from "./processes.ts";

const folder = mkdtempSync(join(tmpdir(), "ncs-labels-"));
after(() => {
  killLeftovers();
  rmSync(folder, { recursive: true, force: true });
});

function testStream(): { path: string; dims: number } {
  const [path, dims] = (process.env.NCS_TEST_STREAM ?? "").split(":");
  if (path) return { path, dims: Number(dims) };
  const generated = join(folder, "points.f32");
  writeFileSync(generated, new Float32Array(blobs(20_000, 4)));
  return { path: generated, dims: 4 };
}

async function labelsOfCommand(path: string, dims: number): Promise<Int32Array> {
  const out = join(folder, "labels.i32");
  const command = "npx -y deno@2.9.6 run -A --no-check src/cli/main.ts";
  const { code, stderr } = await finish(command, {}, `label '${path}' --dims ${dims} --out '${out}'`);
  assertEquals(code, 0, stderr);
  return new Int32Array(new Uint8Array(readFileSync(out)).buffer);
}

/** Sends the points in batches of uneven sizes, as JSON and as octets in turn. */
async function labelsOfServer(command: string, points: Float32Array, dims: number): Promise<number[]> {
  const server = await listen(command);
  const labels: number[] = [];
  const size = (batch: number) => 1 + (batch * 997) % 3000;
  for (let from = 0, batch = 0; from < points.length / dims; from += size(batch), batch++) {
    const part = points.slice(from * dims, (from + size(batch)) * dims);
    labels.push(...await (batch % 2 === 0 ? postJson : postOctets)(server.url, part, dims));
  }
  process.kill(server.pid, "SIGTERM");
  assertEquals(await server.exit, 0);
  return labels;
}

async function postJson(url: string, points: Float32Array, dims: number): Promise<number[]> {
  const response = await fetch(`${url}/api/v1/process_points`, {
    method: "POST",
    headers: { ...KEY, "content-type": "application/json" },
    body: JSON.stringify({ points: toRows(points, dims) }),
  });
  return (await response.json()).map((result: { cluster_id: number }) => result.cluster_id);
}

async function postOctets(url: string, points: Float32Array, dims: number): Promise<number[]> {
  const response = await fetch(`${url}/api/v1/process_points?dims=${dims}`, {
    method: "POST",
    headers: { ...KEY, "content-type": "application/octet-stream" },
    body: points as Float32Array<ArrayBuffer>,
  });
  return Array.from(new Int32Array(await response.arrayBuffer()));
}

describe("the labels of a stream", () => {
  const { path, dims } = testStream();
  const points = new Float32Array(new Uint8Array(readFileSync(path)).buffer);

  it("are the same by the command line and by the server on each runtime", async () => {
    const expected = Array.from(await labelsOfCommand(path, dims));
    assertEquals(expected.length, points.length / dims);
    assert(new Set(expected).size > 1);
    for (const command of Object.values(COMMANDS)) {
      assertEquals(await labelsOfServer(command, points, dims), expected);
    }
  });
});
