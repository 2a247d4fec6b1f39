/** What every JavaScript host runs: the engine on the parity streams, and one digest of all that came out. */
import { Engine } from "../engine/mod.ts";
import { parityPoints, STREAMS } from "./input.ts";

/** Not a divisor of the kernel's block: the answers may not depend on how points are batched. */
const BATCH_POINTS = 777;

/** Labels (int32), scores (float32) and the snapshot of one stream, little-endian, one after the other. */
function octetsOf(
  module: WebAssembly.Module,
  points: number,
  dims: number,
  scaling: "none" | "standard",
): Uint8Array[] {
  const values = parityPoints(points, dims), ids = new Int32Array(points), scores = new Float32Array(points);
  let engine = Engine.create(module, dims, { scaling });
  for (let from = 0; from < points; from += BATCH_POINTS) {
    const answer = engine.learn(values.subarray(from * dims, (from + BATCH_POINTS) * dims));
    ids.set(answer.ids, from);
    scores.set(answer.outlierScores, from);
    // Every state passes through a snapshot now and then.
    if ((from / BATCH_POINTS) % 50 === 49) engine = Engine.restore(module, engine.snapshot());
  }
  return [new Uint8Array(ids.buffer), new Uint8Array(scores.buffer), engine.snapshot()];
}

function hex(octets: ArrayBuffer): string {
  return Array.from(new Uint8Array(octets), (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 of what the kernel says of `points` points in all, in hexadecimal. The host must be little-endian. */
export async function digest(module: WebAssembly.Module, points: number): Promise<string> {
  const parts = STREAMS.flatMap(({ dims, scaling, share }) =>
    octetsOf(module, Math.floor(points * share), dims, scaling)
  );
  return hex(await crypto.subtle.digest("SHA-256", await new Blob(parts as BlobPart[]).arrayBuffer()));
}
