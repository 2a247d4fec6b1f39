/** The service on workerd: what it answers is what the servers answer. */
import { after, before, describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { kernel } from "../kernel.ts";
import type { Json } from "../service/app.ts";
import { withFolder } from "./miniflare.ts";
import { ADMIN, type Edge, json, octets, signIn, snapshotOf, startEdge } from "./service.ts";
import { pointsOf } from "./points.ts";

const DIMS = 3;

describe("the service on workerd", () => {
  let edge: Edge, admin: Record<string, string>, done: () => void, folder: Promise<void>;
  before(async () => {
    await new Promise<void>((ready, failed) => {
      folder = withFolder(async (data) => {
        edge = await startEdge(data);
        ready();
        await new Promise<void>((resolve) => done = resolve);
      }).catch(failed);
    });
    admin = await signIn(edge);
  });
  after(async () => {
    await edge?.stop();
    done?.();
    await folder;
  });

  const problem = async (path: string, init?: RequestInit) => {
    const response = await edge.request(path, init);
    return { status: response.status, code: (await response.json()).code };
  };
  const makeKey = async (wishes: Json): Promise<{ id: string; heads: Record<string, string> }> => {
    const { id, api_key, key } = await edge.json("/auth/api-keys", json(wishes, admin));
    return { id, heads: { "x-api-key": api_key ?? key } };
  };

  it("says that it is healthy, kernel and storage", async () => {
    for (const path of ["/health", "/api/v1/health", "/health/ready"]) {
      const { status, components } = await edge.json(path);
      assertEquals([status, components.algorithm.status, components.database.status], [
        "healthy",
        "healthy",
        "healthy",
      ]);
    }
    assertEquals((await edge.request("/openapi.json")).status, 200);
    assertEquals(await problem("/nowhere"), { status: 404, code: "not_found" });
  });

  it("learns points by lines, answered line by line", async () => {
    await edge.request("/api/v1/streams", json({ name: "lines" }, admin));
    const answer = await edge.request("/api/v1/streams/lines/process_points", {
      method: "POST",
      headers: { ...admin, "content-type": "application/x-ndjson" },
      body: "[1, 2, 3]\n[1, 2, 3]\n[1, 2]\n",
    });
    const lines: Json[] = (await answer.text()).trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines.map(({ cluster_id, code, lines_learned }) => cluster_id ?? [code, lines_learned]), [
      0,
      0,
      ["dims_mismatch", 2],
    ]);
    assertEquals((await edge.json("/api/v1/streams/lines", { headers: admin })).total_points_processed, 2);
    await edge.request("/api/v1/streams/lines", { method: "DELETE", headers: admin });
    assertEquals(await problem("/api/v1/streams/lines", { headers: admin }), { status: 404, code: "stream_not_found" });
  });

  it("keeps one audit log, of whatever object; has no backup, as each stream is an object of its own", async () => {
    await edge.request("/api/v1/streams", json({ name: "audited" }, admin));
    await edge.request("/api/v1/streams/audited", { method: "DELETE", headers: admin });
    const { records } = await edge.json("/api/v1/audit?limit=2", { headers: admin });
    assertEquals(records.map(({ action, target }: Json) => [action, target]), [
      ["stream.delete", "audited"],
      ["stream.create", "audited"],
    ]);
    assertEquals(await problem("/api/v1/backup", { headers: admin }), { status: 404, code: "not_found" });
  });

  it("signs in, tells who asks, signs out, and takes no wrong password", async () => {
    const wrong = { method: "POST", body: new URLSearchParams({ ...ADMIN, password: "wrong" }) };
    assertEquals(await problem("/auth/login", wrong), { status: 401, code: "invalid_credentials" });
    const own = await signIn(edge);
    assertEquals((await edge.json("/auth/me", { headers: own })).subject, "user:admin");
    assertEquals((await edge.request("/auth/logout", { method: "POST", headers: own })).status, 204);
    assertEquals(await problem("/auth/me", { headers: own }), { status: 401, code: "invalid_credentials" });
    // Another object, which has not seen the token before.
    const elsewhere = octets(pointsOf(0, 1), DIMS, own);
    await edge.request("/api/v1/streams", json({ name: "elsewhere" }, admin));
    assertEquals(await problem("/api/v1/streams/elsewhere/process_points", elsewhere), {
      status: 401,
      code: "invalid_credentials",
    });
  });

  it("refuses tokens and keys that do not hold, in whatever object they are asked about", async () => {
    const [head, body] = admin.authorization.slice(7).split(".");
    const bad: Record<string, string>[] = [
      { authorization: "Bearer nonsense" },
      { authorization: `Bearer ${head}.${body}.${"A".repeat(43)}` },
      { "x-api-key": `ncs_${"a".repeat(12)}_${"b".repeat(43)}` },
      // The placeholders hold in development alone.
      { "x-api-key": "YOUR_API_KEY" },
    ];
    for (const headers of bad) {
      for (const path of ["/auth/me", "/api/v1/clusters_summary", "/api/v1/streams/strange/clusters_summary"]) {
        assertEquals(await problem(path, { headers }), { status: 401, code: "invalid_credentials" });
      }
    }
    assertEquals(await problem("/api/v1/streams"), { status: 401, code: "unauthorized" });
  });

  it("makes keys that hold for their scopes and streams, lists them and deletes them", async () => {
    await edge.request("/api/v1/streams", json({ name: "keyed" }, admin));
    const { id, heads } = await makeKey({ name: "one", scopes: ["write"], streams: ["keyed"] });
    const learn = octets(pointsOf(0, 10), DIMS, heads);
    assertEquals((await edge.request("/api/v1/streams/keyed/process_points", learn)).status, 200);
    assertEquals(await problem("/api/v1/process_points", learn), { status: 403, code: "forbidden" });
    assertEquals(await problem("/auth/api-keys", { headers: heads }), { status: 403, code: "forbidden" });
    assertEquals((await edge.json("/api/v1/streams", { headers: heads })).streams.map(({ name }: Json) => name), [
      "keyed",
    ]);
    const listed = async () => (await edge.json("/auth/api-keys", { headers: admin })).api_keys as Json[];
    assert((await listed()).some((key) => key.id === id));
    assertEquals((await edge.request(`/auth/api-keys/${id}`, { method: "DELETE", headers: admin })).status, 204);
    assertEquals(await problem("/auth/me", { headers: heads }), { status: 401, code: "invalid_credentials" });
  });

  it("learns JSON and octets, and labels them as the engine does", async () => {
    const points = pointsOf(1, 600), engine = Engine.create(kernel, DIMS);
    const rows = (flat: Float32Array) =>
      Array.from({ length: flat.length / DIMS }, (_, i) => [
        ...flat.subarray(i * DIMS, (i + 1) * DIMS),
      ]);
    const first = points.subarray(0, 300 * DIMS), second = points.slice(300 * DIMS);
    const results: Json[] = await edge.json("/api/v1/process_points", json({ points: rows(first) }, admin));
    assertEquals(results.map(({ cluster_id }) => cluster_id), [...engine.learn(Float64Array.from(first)).ids]);
    const answer = await edge.request("/api/v1/process_points", octets(second, DIMS, admin));
    assertEquals([...new Int32Array(await answer.arrayBuffer())], [...engine.learn(second).ids]);
    const summary = await edge.json("/api/v1/clusters_summary", { headers: admin });
    assertEquals(summary.total_points_processed, 600);
    assertEquals(await problem("/api/v1/process_points", json({ points: [[1, 2]] }, admin)), {
      status: 422,
      code: "dims_mismatch",
    });
  });

  it("gives the stored answer to a write that comes again under its key, and learns nothing twice", async () => {
    await edge.request("/api/v1/streams", json({ name: "again" }, admin));
    const path = "/api/v1/streams/again/process_points";
    const write = octets(pointsOf(2, 100), DIMS, { ...admin, "idempotency-key": "one" });
    const both = await Promise.all([edge.request(path, write), edge.request(path, write)]);
    const [a, b] = await Promise.all(both.map((response) => response.arrayBuffer()));
    assertEquals(new Uint8Array(a), new Uint8Array(b));
    const other = octets(pointsOf(3, 100), DIMS, { ...admin, "idempotency-key": "one" });
    assertEquals((await edge.request(path, other)).status, 422);
    assertEquals((await edge.json("/api/v1/streams/again", { headers: admin })).total_points_processed, 100);
  });

  it("makes, lists, changes and deletes streams, and a name begins anew", async () => {
    const one = "/api/v1/streams/crud";
    const made = await edge.request("/api/v1/streams", json({ name: "crud", parameters: { max_clusters: 5 } }, admin));
    assertEquals([made.status, (await made.json()).parameters.max_clusters], [201, 5]);
    assertEquals(await problem("/api/v1/streams", json({ name: "crud" }, admin)), {
      status: 409,
      code: "stream_exists",
    });
    assertEquals((await problem("/api/v1/streams", json({ name: "" }, admin))).code, "invalid_body");
    await edge.request(`${one}/process_points`, octets(pointsOf(4, 50), DIMS, admin));
    const changed = await edge.json(one, json({ parameters: { base_threshold: 0.5 } }, admin, "PATCH"));
    assertEquals(changed.parameters.base_threshold, 0.5);
    const listed = (await edge.json("/api/v1/streams", { headers: admin })).streams;
    const { dims, parameters } = listed.find(({ name }: Json) => name === "crud");
    assertEquals([dims, parameters.base_threshold, parameters.max_clusters], [DIMS, 0.5, 5]);
    assertEquals((await edge.request(one, { method: "DELETE", headers: admin })).status, 204);
    assertEquals(await problem(one, { headers: admin }), { status: 404, code: "stream_not_found" });
    assertEquals((await edge.request("/api/v1/streams", json({ name: "crud", dims: 2 }, admin))).status, 201);
    const { total_points_processed, ...again } = await edge.json(one, { headers: admin });
    assertEquals([total_points_processed, again.dims, again.parameters.max_clusters], [0, 2, 30]);
    const parts = ReadableStream.from(['{"na', 'me": "parts"}']).pipeThrough(new TextEncoderStream());
    const wish = { ...json("", admin), body: parts, duplex: "half" };
    assertEquals((await edge.request("/api/v1/streams", wish)).status, 201);
    const long = json({ name: "long", dims: 3, also: "x".repeat(100_000) }, admin);
    assertEquals(await problem("/api/v1/streams", long), { status: 413, code: "body_too_large" });
    assertEquals(await problem("/api/v1/streams/unknown", { headers: admin }), {
      status: 404,
      code: "stream_not_found",
    });
  });

  it("takes a snapshot in, merges one, and gives it back bit for bit", async () => {
    await edge.request("/api/v1/streams", json({ name: "moved" }, admin));
    const engine = Engine.create(kernel, DIMS), other = Engine.create(kernel, DIMS);
    engine.learn(pointsOf(5, 500));
    other.learn(pointsOf(6, 500));
    const send = (path: string, body: Uint8Array<ArrayBuffer>) => {
      const headers = { ...admin, "content-type": "application/octet-stream" };
      return edge.request(`/api/v1/streams/moved/${path}`, { method: "POST", headers, body });
    };
    assertEquals((await send("snapshot", engine.snapshot())).status, 200);
    assertEquals(await snapshotOf(edge, "moved", admin), engine.snapshot());
    assertEquals((await send("merge", other.snapshot())).status, 200);
    engine.merge(other.snapshot());
    assertEquals(await snapshotOf(edge, "moved", admin), engine.snapshot());
  });

  it("learns over a WebSocket, and tells of events", async () => {
    await edge.request("/api/v1/streams", json({ name: "live" }, admin));
    const token = admin.authorization.slice(7);
    const socket = new WebSocket(`${edge.url.replace("http", "ws")}/ws/stream?stream=live&dims=3&token=${token}`);
    await new Promise((resolve, reject) => (socket.onopen = resolve, socket.onerror = reject));
    const answered = new Promise<Json>((resolve) => socket.onmessage = ({ data }) => resolve(JSON.parse(data)));
    const points = pointsOf(7, 300);
    socket.send(points);
    assertEquals((await answered).cluster_ids, [...Engine.create(kernel, DIMS).learn(points).ids]);
    const closed = new Promise((resolve) => socket.onclose = resolve);
    socket.close();
    await closed;
    const headers = { ...admin, accept: "application/json" };
    const { events } = await edge.json("/api/v1/streams/live/events", { headers });
    assertEquals(events[0].type, "born");
  });

  it("finds the one object of a stream however its path is written, and no other object learns for it", async () => {
    await edge.request("/api/v1/streams", json({ name: "one" }, admin));
    const learn = octets(pointsOf(8, 10), DIMS, admin);
    const same = ["streams/one", "streams/%6fne", "%73treams/one"].map((path) => `/api/v1/${path}/process_points`);
    for (const path of [...same, "/%61pi/v1/streams/one/process_points"]) {
      assertEquals((await edge.request(path, learn)).status, 200);
    }
    assertEquals((await edge.json("/api/v1/streams/one", { headers: admin })).total_points_processed, 40);
    const strange = "/api/v1/streams/one%2Fx";
    assertEquals((await edge.request(strange, { method: "DELETE", headers: admin })).status, 404);
    assertEquals((await edge.json("/api/v1/streams/one", { headers: admin })).total_points_processed, 40);
  });

  it("learns two streams in parallel, each in its order", async () => {
    const learnAll = async (name: string, seed: number) => {
      await edge.request("/api/v1/streams", json({ name }, admin));
      const engine = Engine.create(kernel, DIMS);
      for (let batch = 0; batch < 10; batch++) {
        const points = pointsOf(seed + batch, 200);
        engine.learn(points);
        const sent = await edge.request(`/api/v1/streams/${name}/process_points`, octets(points, DIMS, admin));
        assertEquals(sent.status, 200);
      }
      assertEquals(await snapshotOf(edge, name, admin), engine.snapshot());
    };
    await Promise.all([learnAll("left", 100), learnAll("right", 200)]);
  });
});

describe("the service on workerd, configured badly", () => {
  it("answers nothing but that, where a production secret is a default", async () => {
    await withFolder(async (data) => {
      const edge = await startEdge(data, { SECRET_KEY: "short" });
      try {
        const response = await edge.request("/health");
        assertEquals([response.status, (await response.json()).code], [500, "internal"]);
      } finally {
        await edge.stop();
      }
    });
  });
});
