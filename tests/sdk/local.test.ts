/** The verbs without a server: what they answer is what the service answers. */
import { describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConnectionError, NeuroClusterLocal, type StreamEvent, ValidationError } from "../../sdk/js/src/local.ts";
import { blobs, kernel, toRows } from "../kernel.ts";
import { createTestApp, octetPost } from "../service/app.ts";

const DIMS = 3, ROWS = toRows(blobs(3000, DIMS), DIMS), OCTETS = new Float32Array(blobs(3000, DIMS, 2));

/** A time is of the clock, and a measure of the process is of the process: everything else must be the same. */
const withoutTimes = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (key, inner) => key === "created_at" || key === "last_updated" ? "" : inner));

describe("NeuroClusterLocal", () => {
  it("answers as the service does, verb by verb", async () => {
    const app = createTestApp(), local = await NeuroClusterLocal.create({ kernel });
    const posted = await (await app.post("/api/v1/process_points?include=layers", { points: ROWS })).json();
    assertEquals(await local.processPoints(ROWS, { include: "layers" }), posted);
    const octets = await app.request(`/api/v1/process_points?dims=${DIMS}`, octetPost(OCTETS));
    const ids = await local.processPoints(OCTETS, { dims: DIMS });
    assertEquals(ids, new Int32Array(await octets.arrayBuffer()));
    for (const [filter, query] of [[{}, ""], [{ min_size: 50, limit: 1 }, "?min_size=50&limit=1"]] as const) {
      const served = await app.get(`/api/v1/clusters_summary${query}`);
      assertEquals(withoutTimes(await local.clustersSummary(filter)), withoutTimes(served));
    }
    const status = await local.algorithmStatus(), served = await app.get("/api/v1/algorithm_status");
    const { memory_usage_mb: _, ...measures } = status;
    assertEquals(
      measures,
      Object.fromEntries(Object.keys(measures).map((key) => [key, served[key]])) as typeof measures,
    );
    assert(status.active_clusters > 1);
    const [hasDrifted, used_mb]: [boolean, number] = [status.drift_detected, status.memory_usage_mb.kernel];
    assertEquals([hasDrifted, used_mb], [served.drift_detected, served.memory_usage_mb.kernel]);
  });

  it("assigns without learning, by ids alone where that is asked for", async () => {
    const local = await NeuroClusterLocal.create({ kernel });
    assertEquals(await local.assign([[1, 2]], { detail: "ids" }), new Int32Array([-1]));
    assertEquals((await local.algorithmStatus()).dims, null);
    await local.processPoints(ROWS);
    const before = await local.snapshot();
    assertEquals((await local.assign(ROWS.slice(0, 9))).map(({ cluster_id }) => cluster_id).length, 9);
    assertEquals(await local.snapshot(), before);
  });

  it("refuses what the service refuses, and is as it was", async () => {
    const local = await NeuroClusterLocal.create({ kernel }), app = createTestApp();
    for (const points of [[], [[1, NaN]], [[1, 2], [1]], [[null as unknown as number]], [[]], [[1e16]]]) {
      const error = await assertRejects(() => local.processPoints(points), ValidationError);
      const problem = await (await app.post("/api/v1/process_points", { points })).json();
      // JSON has no NaN: the service sees null there, and says invalid_points of a row that the engine gives no dims.
      const mayDiffer = ["not_finite", "invalid_option"].includes(error.code);
      if (!mayDiffer) assertEquals(error.code, problem.code);
      if (error.errors.length > 0 && !mayDiffer) assertEquals(error.errors[0].pointer, problem.errors[0].pointer);
    }
    await local.processPoints([[1, 2]]);
    await assertRejects(() => local.processPoints([[1, 2, 3]]), ValidationError, "the stream has 2 dims");
    await assertRejects(
      () => local.processPoints(new Float32Array(3), { dims: 3 }),
      ValidationError,
      "the stream has 2",
    );
    await assertRejects(
      () => NeuroClusterLocal.create({ kernel, parameters: { max_clusters: 1 } }),
      ValidationError,
      "max_clusters must be",
    );
    await assertRejects(
      () => NeuroClusterLocal.create({ kernel, parameters: { speed: 1 } as object }),
      ValidationError,
    );
  });

  it("needs dims with the first Float32Array, as the service does", async () => {
    const local = await NeuroClusterLocal.create({ kernel }), points = new Float32Array([1, 2, 3]);
    const error = await assertRejects(() => local.processPoints(points, {} as { dims: number }), ValidationError);
    const answer = await createTestApp().request("/api/v1/process_points", octetPost(points));
    assertEquals(error.code, (await answer.json()).code);
    assertEquals((await local.algorithmStatus()).dims, null);
  });

  it("has the parameters of the snapshot that it was restored from, whatever it was made with", async () => {
    const local = await NeuroClusterLocal.create({ kernel, parameters: { max_clusters: 20, learning_rate: 0.2 } });
    const other = await NeuroClusterLocal.create({ kernel });
    await other.processPoints(ROWS);
    await local.restore(await other.snapshot());
    const { parameters } = await local.streams.update("default", { parameters: { outlier_threshold: 0.9 } });
    assertEquals([parameters.max_clusters, parameters.learning_rate, parameters.outlier_threshold], [30, 0.06, 0.9]);
    const { parameters: same } = await local.streams.update("default", {
      parameters: { outlier_threshold: undefined },
    });
    assertEquals(same, parameters);
  });

  it("refuses a page of less than nothing, as the service does", async () => {
    const local = await NeuroClusterLocal.create({ kernel }), app = createTestApp();
    for (
      const [filter, query] of [[{ limit: -1 }, "limit=-1"], [{ offset: -1 }, "offset=-1"], [
        { limit: 0.5 },
        "limit=0.5",
      ]]
    ) {
      const error = await assertRejects(() => local.clustersSummary(filter as { limit: number }), ValidationError);
      const { code } = await (await app.request(`/api/v1/clusters_summary?${query}`)).json();
      assertEquals(error.code, code);
    }
    await assertRejects(() => local.listEvents({ limit: 0 }), ValidationError, "limit");
    assertEquals((await local.clustersSummary({ limit: 0 })).clusters, []);
  });

  it("goes on from a snapshot, and merges another in", async () => {
    const [first, second] = await Promise.all([1, 2].map(() => NeuroClusterLocal.create({ kernel })));
    await first.processPoints(ROWS);
    await second.restore(await first.snapshot());
    assertEquals(await second.processPoints(OCTETS, { dims: DIMS }), await first.processPoints(OCTETS, { dims: DIMS }));
    assertEquals(await second.snapshot(), await first.snapshot());
    await first.merge(await second.snapshot());
    assertEquals((await first.algorithmStatus()).total_points_processed, 12_000);
    const empty = await NeuroClusterLocal.create({ kernel });
    await empty.merge(await second.snapshot());
    assertEquals((await empty.algorithmStatus()).total_points_processed, 6_000);
    await assertRejects(() => first.restore(new Uint8Array(100)), ValidationError, "not a snapshot");
    await assertRejects(() => first.merge(new Uint8Array(9)), ValidationError);
  });

  it("tells of events as they come, after a sequence, and until the signal", async () => {
    const local = await NeuroClusterLocal.create({ kernel }), seen: StreamEvent[] = [];
    setTimeout(() => local.processPoints(ROWS), 20);
    for await (const event of local.events()) if (seen.push(event) === 2) break;
    assertEquals(seen.map(({ sequence }) => sequence), [1, 2]);
    for await (const event of local.events({ after: 1 })) {
      assertEquals(event, seen[1]);
      break;
    }
    assertEquals(await local.listEvents({ after: 1, limit: 1 }), { events: [seen[1]], next_after: 2 });
    await local.restore(await local.snapshot());
    await local.processPoints(ROWS.map((row) => row.map((x) => 1000 - x)));
    const sequences: number[] = [], all = local.events({ after: 0 });
    for await (const { sequence } of all) if (sequences.push(sequence) > seen.length + 1) break;
    assertEquals(sequences, sequences.map((_, at) => at + 1));
    const leaving = new AbortController(), last = local.events({ after: 1e9, signal: leaving.signal });
    setTimeout(() => leaving.abort(new RangeError("enough")), 20);
    await assertRejects(() => last.next(), RangeError);
  });

  it("leaves no listener on the signal of who follows its events", async () => {
    const local = await NeuroClusterLocal.create({ kernel }), { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: unknown[]) => (listeners++, addEventListener.apply(signal, args as never));
    signal.removeEventListener = (
      ...args: unknown[]
    ) => (listeners--, removeEventListener.apply(signal, args as never));
    const events = local.events({ signal });
    for (let at = 0, seen = 0; seen < 3; seen++) {
      const next = events.next();
      let isHere = false;
      next.then(() => isHere = true);
      while (!isHere) await local.processPoints([[1000 * at, 0], [1000 * at++, 1]]);
    }
    assertEquals(listeners, 0);
  });

  it("has streams by name", async () => {
    const local = await NeuroClusterLocal.create({ kernel });
    await local.streams.create({ name: "a", dims: 2, parameters: { max_clusters: 9 } });
    await local.stream("a").processPoints(new Float32Array([1, 2]), { dims: 2 });
    const { parameters, dims } = await local.streams.get("a");
    assertEquals([dims, parameters.max_clusters, parameters.scaling], [2, 9, "none"]);
    assertEquals((await local.streams.list()).map(({ name }) => name), ["default", "a"]);
    await assertRejects(() => local.streams.create({ name: "a" }), ValidationError);
    await local.streams.create({ name: "b" });
    const { parameters: set } = await local.streams.update("b", { parameters: { outlier_threshold: 0.9 } });
    assertEquals([set.outlier_threshold, set.max_clusters], [0.9, 30]);
    const fixed = { parameters: { max_clusters: 8 } as object };
    await assertRejects(
      () => local.streams.update("a", fixed),
      ValidationError,
      "max_clusters is fixed when a stream is made",
    );
    assertEquals((await assertRejects(() => local.stream("b").snapshot(), ValidationError)).code, "no_points_yet");
    await local.streams.delete("a");
    assertEquals((await assertRejects(() => local.streams.get("a"), ValidationError)).code, "stream_not_found");
  });

  it("loads the kernel from an address", async () => {
    const local = await NeuroClusterLocal.create({ kernel: new URL("../../build/ncs.wasm", import.meta.url) });
    assertEquals((await local.health()).algorithm_ready, true);
    const nowhere = new URL("nowhere.wasm", import.meta.url);
    await assertRejects(() => NeuroClusterLocal.create({ kernel: nowhere }), ConnectionError, "nowhere.wasm");
  });
});
