/** A steady load on a real server: batches under Idempotency-Keys, each sent again until it is acknowledged. */
import { assert, assertEquals } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { blobs, kernel } from "../kernel.ts";
import { KEY, type Server, signIn } from "../service/processes.ts";

const DIMS = 3, BATCH_POINTS = 100, SEED = 7;
const BATCHES = 64;
const points = new Float32Array(blobs(BATCHES * BATCH_POINTS, DIMS, SEED));

/** The load repeats itself after BATCHES batches. */
function batchOf(index: number): Float32Array<ArrayBuffer> {
  const from = (index % BATCHES) * BATCH_POINTS * DIMS;
  return points.slice(from, from + BATCH_POINTS * DIMS);
}

/** What a server may answer while its store is away; clients try again. */
const REFUSALS = ["storage_unavailable", "overloaded"];

export interface Refusal {
  code: string;
  time_ms: number;
}

export class Load {
  /** What each acknowledged batch was answered, in order. */
  readonly labels: number[][] = [];
  readonly refusals: Refusal[] = [];
  /** Of any answer. */
  slowest_ms = 0;
  #isOver = false;
  #running: Promise<void>;

  constructor(readonly server: Server, readonly pause_ms = 5) {
    this.#running = this.#run();
    // Whoever stops it is told.
    this.#running.catch(() => {});
  }

  get acknowledged(): number {
    return this.labels.length;
  }

  /** Resolves when the batch under way is acknowledged; rejects where an answer was not as it may be. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  /** Resolves when so many more batches are acknowledged. */
  async more(count: number, within_ms = 20_000): Promise<void> {
    const wanted = this.acknowledged + count;
    await soon(`${count} more batches`, within_ms, () => this.acknowledged >= wanted);
  }

  /** Sends no more: after a failure nothing is to keep the test. */
  abandon(): void {
    this.#isOver = true;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const ids = await this.#post(this.acknowledged);
      if (ids) this.labels.push(ids);
      await pause(ids ? this.pause_ms : 50);
    }
  }

  /** The labels; undefined where it was refused as it may be. */
  async #post(index: number): Promise<number[] | undefined> {
    const began = performance.now();
    const response = await fetch(`${this.server.url}/api/v1/process_points?dims=${DIMS}`, {
      method: "POST",
      headers: { ...KEY, "content-type": "application/octet-stream", "idempotency-key": `batch-${index}` },
      body: batchOf(index),
    });
    const body = await response.arrayBuffer();
    const time_ms = performance.now() - began;
    this.slowest_ms = Math.max(this.slowest_ms, time_ms);
    if (response.ok) return Array.from(new Int32Array(body));
    this.refusals.push({ code: checkRefusal(response, new TextDecoder().decode(body)), time_ms });
    return undefined;
  }
}

/** A refusal is a problem document that says when to come again; answers its code. */
function checkRefusal({ status, headers }: Response, text: string): string {
  assertEquals([status, headers.get("content-type")], [503, "application/problem+json"], text);
  assert(Number(headers.get("retry-after")) > 0);
  const { code } = JSON.parse(text);
  assert(REFUSALS.includes(code), text);
  return code;
}

/** The server has the acknowledged batches, each once and in order, with the labels that it gave: no more, no less. */
export async function holdsWhatItAcknowledged(load: Load): Promise<void> {
  const engine = Engine.create(kernel, DIMS);
  const ids = load.labels.map((_, index) => Array.from(engine.learn(batchOf(index)).ids));
  assertEquals(load.labels, ids);
  assertEquals(await snapshotOf(load.server), engine.snapshot());
}

/** The state of a stream, as an administrator downloads it. */
export async function snapshotOf({ url }: Server, stream = "default"): Promise<Uint8Array> {
  const headers = await signIn(url);
  return new Uint8Array(await (await fetch(`${url}/api/v1/streams/${stream}/snapshot`, { headers })).arrayBuffer());
}

/** Status of /health, of its `status`, and of a component. */
export async function healthOf({ url }: Server, component: string): Promise<[number, string, string]> {
  const response = await fetch(`${url}/health`);
  const { status, components } = await response.json();
  return [response.status, status, components[component].status];
}

/** Status of a read of the stream. */
export async function read({ url }: Server): Promise<number> {
  const response = await fetch(`${url}/api/v1/clusters_summary`, { headers: KEY });
  await response.body?.cancel();
  return response.status;
}

export const pause = (time_ms: number) => new Promise<void>((resolve) => setTimeout(resolve, time_ms));

/** Resolves when the condition holds; rejects when the time is over. */
export async function soon(what: string, within_ms: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const began = performance.now(); performance.now() - began < within_ms;) {
    if (await holds()) return;
    await pause(20);
  }
  throw new Error(`not within ${within_ms} ms: ${what}`);
}
