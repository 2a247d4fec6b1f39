import { describe, it } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { blobs, kernel, toRows } from "../kernel.ts";
import { createTestApp, jsonPost, octetPost } from "./app.ts";

const PATH = "/api/v1/process_points";
const DIMS = 3;

describe("POST /api/v1/process_points", () => {
  it("answers the points of the documentation with a list", async () => {
    const response = await createTestApp().post(PATH, { points: [[1, 2, 3], [1.1, 2.1, 3.1], [5, 6, 7]] });
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("content-type"), "application/json");
    const results = await response.json();
    assertEquals(results.map((result: { cluster_id: number }) => result.cluster_id), [0, 0, 1]);
    assertEquals(results[1].input_point, [1.1, 2.1, 3.1]);
    assertEquals(Object.keys(results[0]), ["input_point", "cluster_id", "is_outlier", "outlier_score", "similarity"]);
  });

  it("says what the engine says, batch after batch", async () => {
    const app = createTestApp({ stream: { maxClusters: 10 } });
    const engine = Engine.create(kernel, DIMS, { maxClusters: 10 });
    const rows = toRows(blobs(3000, DIMS), DIMS);
    for (let from = 0; from < rows.length; from += 700) {
      const points = rows.slice(from, from + 700);
      const { ids, outlierScores, isOutlier, similarities } = engine.learn(points);
      assertEquals(
        await (await app.post(PATH, { points })).json(),
        points.map((input_point, index) => ({
          input_point,
          cluster_id: ids[index],
          is_outlier: isOutlier[index] === 1,
          outlier_score: outlierScores[index],
          similarity: similarities[index],
        })),
      );
    }
  });

  it("include=layers adds the layers of the score", async () => {
    const points = toRows(blobs(50, DIMS), DIMS);
    const results = await (await createTestApp().post(`${PATH}?include=layers`, { points })).json();
    const { layers } = Engine.create(kernel, DIMS).learn(points, { layers: true });
    assertEquals(results[49].layers, {
      geometric: layers!.geometric[49],
      statistical: layers!.statistical[49],
      temporal: layers!.temporal[49],
    });
  });

  it("detail=ids answers ids alone", async () => {
    const points = toRows(blobs(500, DIMS), DIMS);
    const answer = await (await createTestApp().post(`${PATH}?detail=ids`, { points })).json();
    assertEquals(answer, { cluster_ids: Array.from(Engine.create(kernel, DIMS).learn(points).ids) });
  });

  it("takes octets and answers octets, with dims in the query or in the head", async () => {
    const points = new Float32Array(blobs(5000, DIMS));
    const { ids } = Engine.create(kernel, DIMS).learn(points);
    for (const [query, headers] of [["?dims=3", {}], ["", { dims: "3" }]] as const) {
      const response = await createTestApp().request(PATH + query, octetPost(points, headers));
      assertEquals(response.status, 200);
      assertEquals(response.headers.get("content-type"), "application/octet-stream");
      assertEquals(new Int32Array(await response.arrayBuffer()), ids);
    }
  });

  it("octets need no dims once the stream has them, and may follow JSON", async () => {
    const app = createTestApp();
    await app.post(PATH, { points: [[1, 2, 3]] });
    const response = await app.request(PATH, octetPost(new Float32Array([1, 2, 3, 1, 2, 3])));
    assertEquals(Array.from(new Int32Array(await response.arrayBuffer())), [0, 0]);
    assertEquals((await app.get("/api/v1/algorithm_status")).total_points_processed, 3);
  });

  it("learns a large batch in slices: others are answered meanwhile, and batches keep their order", async () => {
    const app = createTestApp({ look_ms: 5 });
    const points = new Float32Array(blobs(9000, DIMS));
    const { ids } = Engine.create(kernel, DIMS).learn(points);
    const parts = [points.slice(0, 5000 * DIMS), points.slice(5000 * DIMS, 5001 * DIMS), points.slice(5001 * DIMS)];
    const answers = Promise.all(parts.map((part) => app.request(`${PATH}?dims=3`, octetPost(part))));
    let seen = 0;
    while (seen === 0) seen = (await app.get("/api/v1/algorithm_status")).total_points_processed;
    assert(seen < 5000);
    const octets = await Promise.all((await answers).map((response) => response.arrayBuffer()));
    assertEquals(octets.flatMap((part) => Array.from(new Int32Array(part))), Array.from(ids));
    assertEquals((await app.get("/api/v1/algorithm_status")).total_points_processed, 9000);
  });

  it("goes on after a batch that is refused while others wait", async () => {
    const app = createTestApp();
    const posts = [[[1, 2]], [[1, null]], [[1, 2, 3]], [[3, 4]]].map((points) => app.post(PATH, { points }));
    assertEquals((await Promise.all(posts)).map((response) => response.status), [200, 422, 422, 200]);
    assertEquals((await app.get("/api/v1/algorithm_status")).total_points_processed, 2);
  });

  it("takes a content type with parameters, in any case", async () => {
    const init = jsonPost('{"points": [[1]]}', { "content-type": "Application/JSON; charset=utf-8" });
    assertEquals((await createTestApp().request(PATH, init)).status, 200);
  });

  it("takes a body without a declared length", async () => {
    const body = new Blob(['{"points": [[1, 2],', " [3, 4]]}"]).stream();
    const init = { ...jsonPost(body), duplex: "half" } as RequestInit;
    assertEquals((await (await createTestApp().request(PATH, init)).json()).length, 2);
  });

  it("takes as many points and dims as its limits say, and numbers in any notation", async () => {
    const app = createTestApp();
    const points = Array.from({ length: 10_000 }, () => [0]);
    assertEquals((await app.post(PATH, { points })).status, 200);
    assertEquals((await createTestApp().post(PATH, { points: [Array(1000).fill(1)] })).status, 200);
    const init = jsonPost('{"points": [[-0.0, 1e15, -1E-300]], "more": {"ignored": true}}');
    assertEquals((await createTestApp().request(PATH, init)).status, 200);
  });

  it("answers the request's id, or one of its own", async () => {
    const app = createTestApp();
    const given = await app.request(PATH, jsonPost('{"points": [[1]]}', { "x-request-id": "my-id_1.2:3" }));
    assertEquals(given.headers.get("x-request-id"), "my-id_1.2:3");
    const forged = await app.request(PATH, jsonPost("", { "x-request-id": "a b" }));
    assertMatch(forged.headers.get("x-request-id")!, /^[0-9a-f-]{36}$/);
    const [one, other] = [await app.request("/health"), await app.request("/health")];
    assert(one.headers.get("x-request-id") !== other.headers.get("x-request-id"));
  });
});
