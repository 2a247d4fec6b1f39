/** A client of a real server that sends batches in order, and what the state must then be. */
import { Engine } from "../../src/engine/mod.ts";
import { blobs, kernel } from "../kernel.ts";
import { KEY, type Server } from "../service/processes.ts";

export const DIMS = 3, BATCH_POINTS = 150;

/** Batch number `index`: the same for everybody. */
export function batchOf(index: number): Float32Array<ArrayBuffer> {
  return new Float32Array(blobs(BATCH_POINTS, DIMS, 1000 + index));
}

/** Labels, and state, of an engine that was given the batches [0, count) and was never stopped. */
export function uninterrupted(count: number): { ids: number[]; snapshot: Uint8Array } {
  const engine = Engine.create(kernel, DIMS);
  const ids = Array.from({ length: count }, (_, index) => Array.from(engine.learn(batchOf(index)).ids)).flat();
  return { ids, snapshot: engine.snapshot() };
}

export interface Answer {
  status: number;
  isReplayed: boolean;
  retryAfter: string | null;
  code: string | undefined;
  ids: number[];
  time_ms: number;
}

/** Sends a batch under its own key. */
export async function post({ url }: Server, index: number): Promise<Answer> {
  const began = performance.now();
  const response = await fetch(`${url}/api/v1/process_points?dims=${DIMS}`, {
    method: "POST",
    headers: { ...KEY, "content-type": "application/octet-stream", "idempotency-key": `batch-${index}` },
    body: batchOf(index),
  });
  const octets = await response.arrayBuffer();
  return {
    status: response.status,
    isReplayed: response.headers.get("idempotency-replayed") === "true",
    retryAfter: response.headers.get("retry-after"),
    code: response.ok ? undefined : JSON.parse(new TextDecoder().decode(octets)).code,
    ids: response.ok ? Array.from(new Int32Array(octets)) : [],
    time_ms: performance.now() - began,
  };
}
