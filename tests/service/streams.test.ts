import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { blobs, kernel, toRows } from "../kernel.ts";
import { bearer, createAccountsApp, makeKey, outcome, signIn, withKey } from "./accounts.ts";
import { createTestApp, type Json, jsonPost, octetPost, type TestApp } from "./app.ts";
import { Switch } from "./switch.ts";

const DIMS = 3;
const rows = (n: number, seed = 1) => toRows(blobs(n, DIMS, seed), DIMS);

/** An app with the heads of its administrator. */
async function administered(store = new MemoryStore()): Promise<{ app: TestApp; admin: ReturnType<typeof bearer> }> {
  const app = createAccountsApp({}, { store });
  return { app, admin: bearer((await signIn(app)).access_token) };
}

const get = async (app: TestApp, path: string, init: RequestInit) => await (await app.request(path, init)).json();
const post = (app: TestApp, path: string, value: unknown, { headers }: { headers: Record<string, string> }) =>
  app.request(path, jsonPost(JSON.stringify(value), headers));

describe("streams", () => {
  it("have dims and parameters of their own, and learn apart", async () => {
    const { app, admin } = await administered();
    const wanted = { name: "sensors", dims: 2, parameters: { max_clusters: 12, scaling: "standard" } };
    const made = await post(app, "/api/v1/streams", wanted, admin);
    assertEquals([made.status, made.headers.get("location")], [201, "/api/v1/streams/sensors"]);
    const view: Json = await made.json();
    assertEquals([view.dims, view.parameters.max_clusters, view.parameters.scaling], [2, 12, "standard"]);
    assertEquals(view.parameters.base_threshold, 0.71);
    await post(app, "/api/v1/streams/sensors/process_points", { points: [[1, 2], [3, 4]] }, admin);
    await post(app, "/api/v1/process_points", { points: rows(5) }, admin);
    const points = async (name: string) => (await get(app, `/api/v1/streams/${name}`, admin)).total_points_processed;
    assertEquals([await points("sensors"), await points("default")], [2, 5]);
    const { streams } = await get(app, "/api/v1/streams", admin);
    assertEquals(streams.map(({ name, dims }: Json) => [name, dims]), [["default", 3], ["sensors", 2]]);
  });

  it("take a name once, and only such names as paths bear", async () => {
    const { app, admin } = await administered();
    const make = (name: unknown) => outcome(post(app, "/api/v1/streams", { name }, admin));
    assertEquals((await make("one"))[0], 201);
    assertEquals(await make("one"), [409, "stream_exists"]);
    for (const name of ["", "a b", "../x", ".hidden", "a/b", "ä", "x".repeat(65), 7, null]) {
      assertEquals(await make(name), [422, "invalid_body"]);
    }
    const misspelt = outcome(post(app, "/api/v1/streams", { name: "two", parameter: {} }, admin));
    assertEquals(await misspelt, [422, "invalid_body"]);
  });

  it("are not looked for by what is no name: Postgres takes no NUL, and its refusal would pass for an outage", async () => {
    const store = new MemoryStore(), looked: string[] = [];
    const stream = store.stream.bind(store);
    store.stream = (name) => {
      looked.push(name);
      return stream(name);
    };
    const { app, admin } = await administered(store);
    for (const name of ["%00", "a%00b", "x".repeat(65), "%F0%9F%92%A5"]) {
      for (const [path, method] of [["", "GET"], ["", "DELETE"], ["/events", "GET"], ["/clusters_summary", "GET"]]) {
        const asked = app.request(`/api/v1/streams/${name}${path}`, { method, ...admin });
        assertEquals(await outcome(asked), [404, "stream_not_found"]);
      }
    }
    assertEquals(looked, []);
  });

  it("set parameters from the next point on, also after they were let go of and read again", async () => {
    const store = new MemoryStore();
    const { app, admin } = await administered(store);
    await post(app, "/api/v1/process_points", { points: rows(400) }, admin);
    const change = { method: "PATCH", headers: { ...admin.headers, "content-type": "application/json" } };
    const patch = (parameters: Json) =>
      app.request("/api/v1/streams/default", { ...change, body: JSON.stringify({ parameters }) });
    assertEquals((await (await patch({ outlier_threshold: 0.9 })).json()).parameters.outlier_threshold, 0.9);
    assertEquals(await outcome(patch({ max_clusters: 9 })), [422, "invalid_body"]);
    assertEquals(await outcome(patch({ learning_rate: 2 })), [422, "invalid_body"]);
    await app.close();
    const again = createAccountsApp({}, { store });
    const { parameters } = await get(again, "/api/v1/streams/default", admin);
    assertEquals([parameters.outlier_threshold, parameters.learning_rate], [0.9, 0.06]);
  });

  it("are gone with everything when they are deleted, and begin anew under the old name", async () => {
    const { app, admin } = await administered();
    await post(app, "/api/v1/streams", { name: "short" }, admin);
    await post(app, "/api/v1/streams/short/process_points", { points: rows(50) }, admin);
    const path = "/api/v1/streams/short";
    assertEquals((await app.request(path, { method: "DELETE", ...admin })).status, 204);
    for (const [at, method] of [[path, "GET"], [path, "DELETE"], [`${path}/clusters_summary`, "GET"]]) {
      assertEquals(await outcome(app.request(at, { method, ...admin })), [404, "stream_not_found"]);
    }
    const lost = post(app, `${path}/process_points`, { points: rows(1) }, admin);
    assertEquals(await outcome(lost), [404, "stream_not_found"]);
    await post(app, "/api/v1/streams", { name: "short", dims: 7 }, admin);
    const view = await get(app, path, admin);
    assertEquals([view.total_points_processed, view.dims], [0, 7]);
  });

  it("of others are neither listed nor touched, and nobody learns whether they exist", async () => {
    const { app, admin } = await administered();
    for (const name of ["mine", "theirs"]) await post(app, "/api/v1/streams", { name }, admin);
    const { api_key } = await makeKey(app, { streams: ["mine"] });
    const key = withKey(api_key);
    const { streams } = await get(app, "/api/v1/streams", key);
    assertEquals(streams.map(({ name }: Json) => name), ["mine"]);
    for (const name of ["theirs", "nobody's"]) {
      const touched = post(app, `/api/v1/streams/${encodeURIComponent(name)}/process_points`, { points: rows(1) }, key);
      assertEquals(await outcome(touched), [403, "forbidden"]);
    }
    assertEquals(await outcome(post(app, "/api/v1/process_points", { points: rows(1) }, key)), [403, "forbidden"]);
    assertEquals((await post(app, "/api/v1/streams/mine/process_points", { points: rows(1) }, key)).status, 200);
  });
});

describe("snapshots", () => {
  const path = "/api/v1/streams/default/snapshot";

  it("leave as an engine would write them, and go on elsewhere", async () => {
    const { app, admin } = await administered();
    assertEquals(await outcome(app.request(path, admin)), [409, "no_points_yet"]);
    const points = blobs(700, DIMS);
    const engine = Engine.create(kernel, DIMS);
    engine.learn(points);
    await post(app, "/api/v1/process_points", { points: toRows(points, DIMS) }, admin);
    const octets = new Uint8Array(await (await app.request(path, admin)).arrayBuffer());
    assertEquals(octets, engine.snapshot());
    const other = await administered();
    const restored = await other.app.request(path, octetPost(octets, other.admin.headers));
    assertEquals((await restored.json()).total_points_processed, 700);
    const next = { points: rows(50, 9) };
    const labels = async ({ app, admin }: typeof other) => {
      return (await (await post(app, "/api/v1/process_points?detail=ids", next, admin)).json()).cluster_ids;
    };
    assertEquals(await labels(other), await labels({ app, admin }));
  });

  it("merged in add their weight, once under a key however often they come", async () => {
    const { app, admin } = await administered();
    const engine = Engine.create(kernel, DIMS);
    engine.learn(blobs(300, DIMS, 2));
    await post(app, "/api/v1/process_points", { points: rows(200) }, admin);
    const merge = () =>
      app.request(
        "/api/v1/streams/default/merge",
        octetPost(engine.snapshot(), { ...admin.headers, "idempotency-key": "once" }),
      );
    const first = await (await merge()).json();
    assertEquals(first.total_points_processed, 500);
    const second = await merge();
    assertEquals(second.headers.get("idempotency-replayed"), "true");
    assertEquals(await second.json(), first);
    assertEquals((await get(app, "/api/v1/streams/default", admin)).total_points_processed, 500);
  });

  it("merged into a stream without points give it the parameters that it was not made with, wherever it is looked at", async () => {
    const store = new MemoryStore();
    const { app, admin } = await administered(store);
    const engine = Engine.create(kernel, DIMS, { maxClusters: 12, outlierThreshold: 0.9 });
    engine.learn(blobs(300, DIMS, 2));
    await post(app, "/api/v1/streams", { name: "into", parameters: { outlier_threshold: 0.8 } }, admin);
    const merged = await app.request("/api/v1/streams/into/merge", octetPost(engine.snapshot(), admin.headers));
    const { parameters } = await merged.json();
    assertEquals([parameters.max_clusters, parameters.outlier_threshold], [12, 0.8]);
    const again = createAccountsApp({}, { store });
    for (const one of [app, again]) {
      assertEquals((await get(one, "/api/v1/streams/into", admin)).parameters, parameters);
      assertEquals((await get(one, "/api/v1/streams", admin)).streams[0].parameters, parameters);
    }
    const snapshots = await Promise.all([app, again].map(async (one) => (
      new Uint8Array(await (await one.request("/api/v1/streams/into/snapshot", admin)).arrayBuffer())
    )));
    assertEquals(snapshots[1], snapshots[0]);
  });

  it("that are damaged, foreign or of other dims are refused, and change nothing", async () => {
    const { app, admin } = await administered();
    await post(app, "/api/v1/process_points", { points: rows(200) }, admin);
    const good = new Uint8Array(await (await app.request(path, admin)).arrayBuffer());
    const damaged = good.slice();
    damaged[200] ^= 1;
    const other = Engine.create(kernel, 2);
    other.learn(new Float64Array([1, 2]));
    const cases: [Uint8Array<ArrayBuffer>, string][] = [
      [damaged, "snapshot_damaged"],
      [good.slice(0, -9), "snapshot_truncated"],
      [new TextEncoder().encode("what is this?"), "snapshot_foreign"],
      [new Uint8Array(0), "snapshot_truncated"],
      [other.snapshot(), "dims_mismatch"],
    ];
    for (const [octets, code] of cases) {
      for (const at of [path, "/api/v1/streams/default/merge"]) {
        assertEquals(await outcome(app.request(at, octetPost(octets, admin.headers))), [422, code]);
      }
    }
    assertEquals(new Uint8Array(await (await app.request(path, admin)).arrayBuffer()), good);
  });
});

describe("a write under an Idempotency-Key", () => {
  const PATH = "/api/v1/process_points";
  const body = JSON.stringify({ points: rows(20) });
  const keyed = (key: string) => jsonPost(body, { "idempotency-key": key });

  it("is made once, and answered alike as often as it comes, at once or one after the other", async () => {
    const app = createTestApp();
    const answers = await Promise.all([1, 2, 3].map(() => app.request(PATH, keyed("a"))));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    assertEquals(new Set(texts).size, 1);
    // Which of them comes first is not said.
    const replayed = answers.map(({ headers }) => headers.get("idempotency-replayed"));
    assertEquals(replayed.filter((value) => value === "true").length, 2);
    assertEquals(await (await app.request(PATH, keyed("a"))).text(), texts[0]);
    assertEquals((await app.get("/api/v1/algorithm_status")).total_points_processed, 20);
    await app.request(PATH, keyed("b"));
    assertEquals((await app.get("/api/v1/algorithm_status")).total_points_processed, 40);
  });

  it("is refused where the key was used for another request, or is none", async () => {
    const app = createTestApp();
    await app.request(PATH, keyed("a"));
    const other = jsonPost(JSON.stringify({ points: rows(20, 2) }), { "idempotency-key": "a" });
    assertEquals(await outcome(app.request(PATH, other)), [422, "idempotency_key_reused"]);
    assertEquals(await outcome(app.request(`${PATH}?detail=ids`, keyed("a"))), [422, "idempotency_key_reused"]);
    for (const key of ["", "a b", "x".repeat(256)]) {
      assertEquals(await outcome(app.request(PATH, keyed(key))), [422, "invalid_parameter"]);
    }
    assertEquals((await app.get("/api/v1/algorithm_status")).total_points_processed, 20);
  });

  it("that was refused can be sent again, mended, under its key", async () => {
    const app = createTestApp();
    const bad = jsonPost('{"points": [[1, null]]}', { "idempotency-key": "a" });
    assertEquals((await outcome(app.request(PATH, bad)))[0], 422);
    assertEquals((await app.request(PATH, keyed("a"))).status, 200);
  });

  it("is another's affair where somebody else uses the same key", async () => {
    const { app, admin } = await administered();
    const { api_key } = await makeKey(app);
    for (const { headers } of [admin, withKey(api_key)]) {
      const answer = await app.request(PATH, jsonPost(body, { ...headers, "idempotency-key": "a" }));
      assertEquals([answer.status, answer.headers.get("idempotency-replayed")], [200, null]);
    }
  });
});

describe("POST /api/v1/assign", () => {
  it("labels as learning does, and changes nothing", async () => {
    const { app, admin } = await administered();
    const points = { points: rows(300) };
    assertEquals(await outcome(post(app, "/api/v1/assign", points, admin)), [409, "no_points_yet"]);
    await post(app, "/api/v1/process_points", points, admin);
    const snapshot = async () =>
      new Uint8Array(await (await app.request("/api/v1/streams/default/snapshot", admin)).arrayBuffer());
    const before = await snapshot();
    const engine = Engine.restore(kernel, before);
    const { cluster_ids } = await (await post(app, "/api/v1/assign?detail=ids", points, admin)).json();
    assertEquals(cluster_ids, Array.from(engine.assign(points.points).ids));
    const octets = octetPost(new Float32Array(points.points.flat()), admin.headers);
    const binary = await (await app.request("/api/v1/assign", octets)).arrayBuffer();
    assertEquals(Array.from(new Int32Array(binary)), cluster_ids);
    assertEquals(await snapshot(), before);
  });
});

describe("POST /api/v1/process_batch", () => {
  it("tells the clusters that the batch fell to, its outliers and its ids", async () => {
    const app = createTestApp();
    await app.post("/api/v1/process_points", { points: rows(600) });
    const batch = { points: [...rows(30, 2), [900, -900, 900]] };
    const answer: Json = await (await app.post("/api/v1/process_batch", batch)).json();
    assertEquals(answer.cluster_ids.length, 31);
    const ids = new Set(answer.cluster_ids.filter((id: number) => id >= 0));
    assertEquals(new Set(answer.clusters.map(({ id }: Json) => id)), ids);
    assertEquals(answer.outliers.map(({ index }: Json) => index), [30]);
    assert(answer.outliers[0].outlier_score > 0.5 && answer.request_id.length > 0);
    const short = { ...batch, options: { include_outliers: false, include_cluster_ids: false } };
    const { outliers, cluster_ids } = await (await app.post("/api/v1/process_batch", short)).json();
    assertEquals([outliers, cluster_ids], [undefined, undefined]);
    const misspelt = app.post("/api/v1/process_batch", { ...batch, options: { outliers: true } });
    assertEquals(await outcome(misspelt), [422, "invalid_body"]);
  });
});

describe("points by lines", () => {
  const lines = (body: BodyInit): RequestInit => ({
    method: "POST",
    body,
    headers: { "content-type": "application/x-ndjson" },
  });
  const read = async (response: Response): Promise<Json[]> =>
    (await response.text()).trim().split("\n").map((line) => JSON.parse(line));

  it("are answered line by line, as many as there are, as batches would be", async () => {
    const points = rows(25_000);
    const app = createTestApp();
    const body = points.map((row) => JSON.stringify(row)).join("\n");
    const answers = await read(await app.request("/api/v1/process_points", lines(body)));
    const { ids } = Engine.create(kernel, DIMS).learn(points);
    assertEquals(answers.map(({ cluster_id }) => cluster_id), Array.from(ids));
  });

  it("end with the problem of the line that is refused; those before it are learned", async () => {
    const app = createTestApp();
    const body = [...rows(1000), [1, 2], ...rows(1000)].map((row) => JSON.stringify(row)).join("\n");
    const answers = await read(await app.request("/api/v1/process_points", lines(body)));
    assertEquals(answers.length, 1001);
    const { code, lines_learned, errors } = answers[1000];
    assertEquals([code, lines_learned, errors[0].pointer], ["dims_mismatch", 1000, "/1000"]);
    assertEquals((await app.get("/api/v1/algorithm_status")).total_points_processed, 1000);
    const broken = [...rows(5).map((row) => JSON.stringify(row)), "[1, 2", "[1, 2, 3]"].join("\n");
    const last = (await read(await app.request("/api/v1/process_points", lines(broken)))).at(-1);
    assertEquals([last.code, last.lines_learned, last.errors[0].pointer], ["invalid_json", 5, "/5"]);
  });

  it("that are not UTF-8 are not JSON, and those before them are learned", async () => {
    const app = createTestApp();
    const body = new Uint8Array([...new TextEncoder().encode("[1, 2, 3]\n"), 0xff, 0xfe, 0x0a]);
    const [first, last] = await read(await app.request("/api/v1/process_points", lines(body)));
    assertEquals(first.cluster_id, 0);
    assertEquals([last.code, last.lines_learned, last.errors[0].pointer], ["invalid_json", 1, "/1"]);
  });

  it("of a client that leaves are no failure of the server", async () => {
    const app = createTestApp();
    let isFirst = true;
    const body = new ReadableStream({
      pull(controller) {
        if (isFirst) controller.enqueue(new TextEncoder().encode("[1, 2, 3]\n"));
        else controller.error(new Error("the connection is reset"));
        isFirst = false;
      },
    });
    const sent = { ...lines(body), duplex: "half" } as RequestInit;
    const last = (await read(await app.request("/api/v1/process_points", sent))).at(-1);
    assertEquals([last.code, last.lines_learned], ["unreadable_body", 1]);
    assertEquals(app.log.filter(({ level }) => level === "error"), []);
  });

  it("end when who sends them may no more, when their stream is gone, or the server stops", async () => {
    const authenticator = new Switch(), store = new MemoryStore();
    const app = createTestApp({ store, more: { live: { check_ms: 5 }, authenticator } });
    const first = new TextEncoder().encode("[1, 2, 3]\n[1, 2");
    const endless = async (path: string): Promise<Response> => {
      const body = new ReadableStream({ start: (controller) => controller.enqueue(first) });
      return await app.request(path, { ...lines(body), duplex: "half" } as RequestInit);
    };
    const lastOf = async (response: Response) => {
      const { code, lines_learned } = (await read(response)).at(-1);
      return [code, lines_learned];
    };
    const revoked = lastOf(await endless("/api/v1/process_points"));
    setTimeout(() => authenticator.holds = false, 20);
    assertEquals(await revoked, ["forbidden", 1]);
    authenticator.holds = true;
    await app.post("/api/v1/streams", { name: "short" });
    const gone = lastOf(await endless("/api/v1/streams/short/process_points"));
    setTimeout(() => store.deleteStream("short"), 20);
    assertEquals(await gone, ["forbidden", 1]);
    const stopped = lastOf(await endless("/api/v1/process_points"));
    setTimeout(() => app.endLive(), 20);
    assertEquals(await stopped, ["overloaded", 1]);
    assertEquals(await outcome(endless("/api/v1/process_points")), [503, "overloaded"]);
    assertEquals((await app.get("/api/v1/algorithm_status")).total_points_processed, 2);
    await app.close();
  });

  it("that are encoded, or under a key that could not keep them from being learned twice, are refused", async () => {
    const app = createTestApp();
    const send = (name: string, value: string) => {
      const { headers, ...rest } = lines("[1, 2, 3]\n");
      return outcome(app.request("/api/v1/process_points", { ...rest, headers: { ...headers, [name]: value } }));
    };
    assertEquals(await send("content-encoding", "gzip"), [415, "unsupported_media_type"]);
    assertEquals(await send("idempotency-key", "a"), [422, "invalid_parameter"]);
    assertEquals((await app.get("/api/v1/algorithm_status")).total_points_processed, 0);
  });
});
