/** The verbs in a worker: the same answers, errors, events; memory given away where that is asked for. */
import { describe, it } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import { NeuroClusterLocal } from "../../sdk/js/src/local.ts";
import { ConnectionError, NeuroClusterWorker, ValidationError } from "../../sdk/js/src/worker.ts";
import { blobs, kernel, toRows } from "../kernel.ts";

const DIMS = 3, ROWS = toRows(blobs(2000, DIMS), DIMS);

/** The sources have the worker's script under another name than the package. */
const start = () => new Worker(new URL("../../sdk/js/src/thread.ts", import.meta.url), { type: "module" });

async function withWorker(work: (worker: NeuroClusterWorker) => Promise<void>, options = {}) {
  const worker = await NeuroClusterWorker.create({ kernel, worker: start(), ...options });
  try {
    await work(worker);
  } finally {
    worker.terminate();
  }
}

describe("NeuroClusterWorker", () => {
  it("sends of a large array the part that is meant, and gives nothing else away", async () => {
    const port = start(), sent: number[] = [], post = port.postMessage.bind(port);
    port.postMessage = ((message: { args: unknown[] }, transfer: Transferable[]) => {
      if (message.args[0] instanceof Float32Array) sent.push(message.args[0].buffer.byteLength);
      post(message, transfer);
    }) as Worker["postMessage"];
    await withWorker(async (worker) => {
      const all = new Float32Array(3000);
      for (const transfer of [false, true]) await worker.processPoints(all.subarray(3, 9), { dims: 3, transfer });
      assertEquals([sent, all.length], [[24, 24], 3000]);
    }, { worker: port });
  });

  it("answers as NeuroClusterLocal does", () =>
    withWorker(async (worker) => {
      const local = await NeuroClusterLocal.create({ kernel });
      assertEquals(await worker.processPoints(ROWS), await local.processPoints(ROWS));
      assertEquals(await worker.assign(ROWS, { detail: "ids" }), await local.assign(ROWS, { detail: "ids" }));
      assertEquals(await worker.algorithmStatus(), await local.algorithmStatus());
      assertEquals((await worker.clustersSummary({ limit: 1 })).clusters.length, 1);
      assertEquals(await worker.snapshot(), await local.snapshot());
      await worker.merge(await local.snapshot());
      await worker.restore(await local.snapshot());
      assertEquals(await worker.health(), await local.health());
      const { created_at: _, ...made } = await worker.streams.create({ name: "a", dims: DIMS });
      const { created_at: __, ...same } = await local.streams.create({ name: "a", dims: DIMS });
      assertEquals(made, same);
      assertEquals(await worker.stream("a").processPoints(ROWS), await local.stream("a").processPoints(ROWS));
    }));

  it("copies points, or takes their memory along", () =>
    withWorker(async (worker) => {
      const points = new Float32Array(blobs(100, DIMS));
      const ids = await worker.assign(points, { dims: DIMS });
      assertEquals([ids.length, points.length], [100, 300]);
      await worker.processPoints(points, { dims: DIMS, transfer: true });
      assertEquals(points.length, 0);
    }));

  it("throws errors of the same classes", async () => {
    await withWorker(async (worker) => {
      const error = await assertRejects(() => worker.processPoints([[1, NaN]]), ValidationError, "row 0, column 1");
      assertEquals([error.code, error.errors[0].pointer], ["not_finite", "/points/0/1"]);
      assertEquals((await assertRejects(() => worker.stream("b").snapshot(), ValidationError)).status, 404);
    });
    await assertRejects(() => withWorker(async () => {}, { dims: 0 }), ValidationError);
  });

  it("tells of events, and stops when the loop is left", () =>
    withWorker(async (worker) => {
      setTimeout(() => worker.processPoints(ROWS), 20);
      for await (const { sequence } of worker.events()) {
        assertEquals(sequence, 1);
        break;
      }
      assertEquals((await worker.listEvents({ limit: 1 })).next_after, 1);
      const leaving = new AbortController(), last = worker.events({ after: 1e9, signal: leaving.signal });
      setTimeout(() => leaving.abort(new RangeError("enough")), 20);
      await assertRejects(() => last.next(), RangeError);
    }));

  it("leaves nobody waiting when it ends, and cannot be asked then", async () => {
    await withWorker(async (worker) => {
      const late = assertRejects(() => worker.processPoints(ROWS), ConnectionError, "ended");
      worker.terminate();
      await late;
      await assertRejects(() => worker.health(), ConnectionError);
    });
  });

  it("gives up waiting when the signal says so", () =>
    withWorker(async (worker) => {
      const signal = AbortSignal.abort(new RangeError("enough"));
      await assertRejects(() => worker.algorithmStatus({ signal }), RangeError);
    }));
});
