import { describe, it } from "node:test";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createTestApp, type Json, jsonPost, octetPost, type TestApp } from "./app.ts";

const PATH = "/api/v1/process_points";

/** Limits small enough to pass in a test. */
const LIMITS = { bodyBytesMax: 2000, jsonPointsMax: 5, binaryPointsMax: 8, dimsMax: 10 };

async function learned(): Promise<TestApp> {
  const app = createTestApp({ limits: LIMITS });
  await app.post(PATH, { points: [[1, 2, 3], [9, 9, 9]] });
  return app;
}

async function stateOf(app: TestApp): Promise<Json> {
  const { total_points_processed, active_clusters } = await app.get("/api/v1/algorithm_status");
  return { total_points_processed, active_clusters, summary: await app.get("/api/v1/clusters_summary") };
}

async function assertProblem(response: Response, status: number, code: string): Promise<Json> {
  assertEquals(response.status, status);
  assertEquals(response.headers.get("content-type"), "application/problem+json");
  const problem = await response.json();
  assertEquals([problem.status, problem.code], [status, code]);
  assertEquals(problem.type, `urn:ncs:problem:${code}`);
  assertEquals(problem.request_id, response.headers.get("x-request-id"));
  assert(problem.title.length > 0 && problem.detail.length > 0);
  return problem;
}

/** body, status, code, pointers. */
const JSON_CASES: [string, number, string, string[]?][] = [
  ["", 400, "invalid_json"],
  ["{", 400, "invalid_json"],
  ['{"points": [[1, 2, NaN]]}', 400, "invalid_json"],
  ["null", 422, "invalid_body", [""]],
  ["[[1, 2, 3]]", 422, "invalid_body", [""]],
  ['"points"', 422, "invalid_body", [""]],
  ["{}", 422, "invalid_body", ["/points"]],
  ['{"points": [{"length": 3, "0": 1, "1": 2, "2": 3}]}', 422, "invalid_points", ["/points/0"]],
  ['{"points": null}', 422, "invalid_body", ["/points"]],
  ['{"points": {"0": [1, 2, 3]}}', 422, "invalid_body", ["/points"]],
  ['{"points": []}', 422, "empty_batch", ["/points"]],
  ['{"points": [[]]}', 422, "dims_mismatch", ["/points/0"]],
  ['{"points": [1, 2, 3]}', 422, "invalid_points", ["/points/0", "/points/1", "/points/2"]],
  ['{"points": [[1, 2]]}', 422, "dims_mismatch", ["/points/0"]],
  ['{"points": [[1, 2, 3], [1, 2]]}', 422, "ragged_rows", ["/points/1"]],
  ['{"points": [[1, "2", 3], [null, 2, 3]]}', 422, "not_a_number", ["/points/0/1", "/points/1/0"]],
  ['{"points": [[1, 2, 3], [1, 2, 1e999]]}', 422, "not_finite", ["/points/1/2"]],
  ['{"points": [[1, 2, 3], [1, -2e15, 3]]}', 422, "out_of_range", ["/points/1/1"]],
  ['{"points": [[1,2,3],[1,2,3],[1,2,3],[1,2,3],[1,2,3],[1,2,3]]}', 422, "too_many_points", ["/points"]],
  [`{"points": [[1, 2, 3]], "padding": "${"x".repeat(2000)}"}`, 413, "body_too_large"],
];

describe("bad JSON points", () => {
  for (const [body, status, code, pointers] of JSON_CASES) {
    it(`${body.slice(0, 60)} is ${code}, and nothing is learned`, async () => {
      const app = await learned();
      const before = await stateOf(app);
      const problem = await assertProblem(await app.request(PATH, jsonPost(body)), status, code);
      assertEquals(problem.errors?.map((error: Json) => error.pointer), pointers);
      assertEquals(problem.instance, PATH);
      assertEquals(await stateOf(app), before);
    });
  }

  it("what is not UTF-8 is not JSON", async () => {
    const octets = new Uint8Array([...new TextEncoder().encode('{"points": [["')].concat(0xff, 0xfe));
    await assertProblem(await createTestApp().request(PATH, jsonPost(octets)), 400, "invalid_json");
  });

  it("a declared length beyond the limit is refused before the body is read", async () => {
    const init = jsonPost("{}", { "content-length": "99999999999" });
    await assertProblem(await createTestApp().request(PATH, init), 413, "body_too_large");
  });

  it("at most 100 faults are listed", async () => {
    const points = Array.from({ length: 500 }, () => [null]);
    const problem = await (await createTestApp().post(PATH, { points })).json();
    assertEquals(problem.errors.length, 100);
  });

  it("a bad first batch fixes no dims", async () => {
    const app = createTestApp({ limits: LIMITS });
    await assertProblem(await app.post(PATH, { points: [[1, 2], [1, null]] }), 422, "not_a_number");
    await assertProblem(await app.post(PATH, { points: [[1, 2], [1]] }), 422, "ragged_rows");
    await assertProblem(await app.post(PATH, { points: [[]] }), 422, "invalid_points");
    await assertProblem(await app.post(PATH, { points: ["12"] }), 422, "invalid_points");
    await assertProblem(await app.post(PATH, { points: [Array(11).fill(1)] }), 422, "too_many_dims");
    assertEquals((await app.post(PATH, { points: [[1, 2, 3]] })).status, 200);
  });
});

describe("bad octets", () => {
  const good = new Float32Array([1, 2, 3]);
  const cases: [string, RequestInit, number, string][] = [
    ["", octetPost(new Uint8Array(0)), 422, "empty_batch"],
    ["", octetPost(new Uint8Array(13)), 422, "dims_mismatch"],
    ["?dims=2", octetPost(new Float32Array(4)), 422, "dims_mismatch"],
    ["?dims=1", octetPost(good), 422, "dims_mismatch"],
    ["?dims=2", octetPost(new Float32Array(6)), 422, "dims_mismatch"],
    ["", octetPost(good, { dims: "1" }), 422, "dims_mismatch"],
    ["?dims=3&dims=1", octetPost(good), 422, "invalid_parameter"],
    ["?dim=3", octetPost(good), 422, "invalid_parameter"],
    ["?dims=0", octetPost(good), 422, "invalid_parameter"],
    ["?dims=11", octetPost(good), 422, "invalid_parameter"],
    ["?dims=3.0", octetPost(good), 422, "invalid_parameter"],
    ["?dims=", octetPost(good), 422, "invalid_parameter"],
    ["?dims=3", octetPost(good, { dims: "1" }), 422, "invalid_parameter"],
    ["?include=layers", octetPost(good), 422, "invalid_parameter"],
    ["", octetPost(new Float32Array([1, 2, NaN])), 422, "not_finite"],
    ["", octetPost(new Float32Array([1, 2e15, 3])), 422, "out_of_range"],
    ["", octetPost(new Float32Array(27)), 422, "too_many_points"],
    ["", octetPost(new Uint8Array(2001)), 413, "body_too_large"],
    ["", octetPost(good, { "content-encoding": "gzip" }), 415, "unsupported_media_type"],
  ];
  for (const [query, init, status, code] of cases) {
    it(`${(init.body as Uint8Array).byteLength} octets${query} are ${code}, and nothing is learned`, async () => {
      const app = await learned();
      const before = await stateOf(app);
      await assertProblem(await app.request(PATH + query, init), status, code);
      assertEquals(await stateOf(app), before);
    });
  }

  it("the first octets of a stream need dims", async () => {
    const problem = await assertProblem(await createTestApp().request(PATH, octetPost(good)), 422, "invalid_parameter");
    assertEquals(problem.errors[0].parameter, "dims");
  });
});

describe("bad requests", () => {
  it("a path that is not served is not found", async () => {
    for (const path of ["/nothing", "/api/v1", "/api/v1/process_points/x", "/health/"]) {
      const problem = await assertProblem(await createTestApp().request(path), 404, "not_found");
      assertEquals(problem.instance, path);
    }
  });

  it("another method is answered by those that are allowed", async () => {
    const get = await createTestApp().request(PATH);
    await assertProblem(get, 405, "method_not_allowed");
    assertEquals(get.headers.get("allow"), "POST");
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const response = await createTestApp().request("/health", { method });
      await assertProblem(response, 405, "method_not_allowed");
      assertEquals(response.headers.get("allow"), "GET, HEAD");
    }
  });

  it("another media type is not supported", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", ""]) {
      const init = { method: "POST", body: new Uint8Array([123, 125]), headers: { "content-type": type } };
      const response = await createTestApp().request(PATH, init);
      const problem = await assertProblem(response, 415, "unsupported_media_type");
      assertStringIncludes(problem.detail, "application/json");
      assertStringIncludes(response.headers.get("accept-post")!, "application/octet-stream");
    }
  });

  it("dims that JSON points do not have are refused", async () => {
    const app = await learned();
    const before = await stateOf(app);
    for (const [query, headers] of [["?dims=2", {}], ["", { dims: "2" }]] as const) {
      const response = await app.request(PATH + query, jsonPost('{"points": [[1, 2, 3]]}', headers));
      await assertProblem(response, 422, "dims_mismatch");
    }
    assertEquals(await stateOf(app), before);
  });

  it("a body that was encoded by nothing is read", async () => {
    for (const encoding of ["identity", "Identity", ""]) {
      const init = jsonPost('{"points": [[1]]}', { "content-encoding": encoding });
      assertEquals((await createTestApp().request(PATH, init)).status, 200);
    }
  });

  it("an unknown wish is refused", async () => {
    const wishes = ["include=all", "detail=full", "include=layers&detail=ids", "detial=ids", "detail=ids&detail=ids"];
    for (const query of [...wishes.map((wish) => `?${wish}`), "?dims=0"]) {
      const app = createTestApp();
      await assertProblem(await app.post(PATH + query, { points: [[1]] }), 422, "invalid_parameter");
      assertEquals((await app.get("/api/v1/algorithm_status")).total_points_processed, 0);
    }
  });

  it("a wish by a name that objects have is as unknown as any", async () => {
    for (const name of ["constructor", "toString", "__proto__"]) {
      const { detail } = await assertProblem(
        await createTestApp().request(`${PATH}?${name}=1`, jsonPost("{}")),
        422,
        "invalid_parameter",
      );
      assertStringIncludes(detail, "unknown parameter");
    }
  });

  it("an unknown error says nothing outside and everything in the log", async () => {
    const app = createTestApp({
      processBytes: () => {
        throw new TypeError("secret");
      },
    });
    const response = await app.request("/api/v1/algorithm_status", { headers: { "x-request-id": "r1" } });
    const problem = await assertProblem(response, 500, "internal");
    assert(!JSON.stringify(problem).includes("secret"));
    const [entry] = app.log;
    assertEquals([entry.level, entry.request_id, entry.path, entry.error.message], [
      "error",
      "r1",
      "/api/v1/algorithm_status",
      "secret",
    ]);
    assertStringIncludes(entry.error.stack, "TypeError");
  });

  it("a refusal is not logged as an error", async () => {
    const app = createTestApp();
    await app.request(PATH, jsonPost("{"));
    assertEquals(app.log, []);
  });
});
