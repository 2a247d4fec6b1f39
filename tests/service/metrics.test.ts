/** What Prometheus is told: the truth, in series of a bounded number. */
import { describe, it } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Busiest, OTHER } from "../../src/service/metrics/busiest.ts";
import { Distribution } from "../../src/service/metrics/distribution.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { bearer, createAccountsApp, login, signIn } from "./accounts.ts";
import { createTestApp, jsonPost, type TestApp } from "./app.ts";

const PATH = "/api/v1/process_points";

/** The samples by name and labels, as they are written: `name{a="b"}`. */
async function scrape(app: TestApp): Promise<Map<string, number>> {
  const text = await (await app.request("/metrics")).text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

describe("GET /metrics", () => {
  it("counts requests by method, template of the route and status, and spreads their times", async () => {
    const app = createTestApp({ look_ms: 1 });
    await app.post(PATH, { points: [[1, 2]] });
    await app.request(PATH, jsonPost("{"));
    await app.request("/api/v1/streams/a-name-of-a-client/clusters_summary");
    await app.request("/some/path/of/a/stranger");
    await app.request("/health", { method: "PROPFIND" });
    const found = await scrape(app);
    const counted = (method: string, route: string, status: string) =>
      found.get(`ncs_http_requests_total{method="${method}",route="${route}",status="${status}"}`);
    assertEquals(counted("POST", PATH, "200"), 1);
    assertEquals(counted("POST", PATH, "400"), 1);
    assertEquals(counted("GET", "/api/v1/streams/{name}/clusters_summary", "404"), 1);
    assertEquals(counted("GET", "none", "404"), 1);
    assertEquals(counted("other", "none", "405"), 1);
    assertEquals(found.get('ncs_http_problems_total{code="invalid_json"}'), 1);
    const time = (le: string) =>
      found.get(`ncs_http_request_duration_seconds_bucket{le="${le}",method="POST",route="${PATH}"}`)!;
    assertEquals(time("+Inf"), 2);
    assert(time("0.0005") === 0 && time("0.1") === 2, String(time("0.1")));
    const text = await (await app.request("/metrics")).text();
    assert(!text.includes("a-name-of-a-client") && !text.includes("stranger"));
  });

  it("says of each stream what algorithm_status says", async () => {
    const app = createTestApp();
    const points = Array.from({ length: 300 }, (_, index) => [index % 3 * 10 + index / 1000, index % 3]);
    await app.post(PATH, { points });
    await app.post("/api/v1/assign", { points: points.slice(0, 7) });
    const [found, status] = [await scrape(app), await app.get("/api/v1/algorithm_status")];
    const of = (name: string) => found.get(`${name}{stream="default"}`);
    assertEquals(of("ncs_points_learned_total"), 300);
    assertEquals(of("ncs_points_assigned_total"), 7);
    assertEquals(of("ncs_stream_clusters"), status.active_clusters);
    assertEquals(of("ncs_stream_dynamic_threshold"), status.current_dynamic_threshold);
    assertEquals(of("ncs_stream_silhouette"), status.clustering_quality);
    assertEquals(of("ncs_stream_drifts_total"), status.drift_count);
    assertEquals(found.get('ncs_batch_size_points_bucket{le="100"}'), 0);
    assertEquals(found.get('ncs_batch_size_points_bucket{le="1000"}'), 1);
    assertEquals([found.get("ncs_streams_live"), found.get("ncs_streams_known")], [1, 1]);
    assert(found.get('ncs_stream_events_total{type="born"}')! > 0);
  });

  it("counts what is kept, and shows a store that fails", async () => {
    const app = createTestApp();
    for (let count = 0; count < 3; count++) await app.post(PATH, { points: [[1, 2]] });
    const found = await scrape(app);
    assertEquals(found.get("ncs_journal_entries_total"), 3);
    assertEquals(found.get("ncs_journal_bytes_total"), 3 * 16);
    assertEquals(found.get("ncs_journal_lag_entries"), 0);
    assertEquals(found.get('ncs_store_operation_duration_seconds_count{operation="append"}'), 3);
    assertEquals(found.get('ncs_store_failures_total{operation="append"}'), 0);
    for (const component of ["algorithm", "database"]) {
      assertEquals(found.get(`ncs_component_up{component="${component}"}`), 1);
    }
    const store = new MemoryStore();
    store.append = store.probe = () => Promise.reject(new Error("the disk is full"));
    const failing = createTestApp({ store });
    assertEquals((await failing.post(PATH, { points: [[1, 2]] })).status, 503);
    const failures = await scrape(failing);
    assertEquals(failures.get('ncs_store_failures_total{operation="append"}'), 1);
    assertEquals(failures.get("ncs_journal_entries_total"), 0);
    assertEquals(failures.get('ncs_component_up{component="database"}'), 0);
    await failing.close();
  });

  it("counts who is not known", async () => {
    const app = createTestApp();
    await app.request(PATH, { ...jsonPost("{}"), headers: { "x-api-key": "wrong" } });
    assertEquals((await scrape(app)).get('ncs_auth_failures_total{reason="invalid_credentials"}'), 1);
    assertEquals((await scrape(app)).get("ncs_http_rate_limited_total"), 0);
  });

  it("counts sign-ins by what came of them, and failures without those of probes, from the first scrape on", async () => {
    const store = new MemoryStore();
    store.append = store.probe = () => Promise.reject(new Error("the disk is full"));
    const app = createAccountsApp({}, { store });
    const read = async () => {
      const found = await scrape(app);
      const signIns = ["done", "refused", "limited"].map((result) =>
        found.get(`ncs_sign_ins_total{result="${result}"}`)
      );
      return [...signIns, found.get("ncs_http_failures_total")];
    };
    assertEquals(await read(), [0, 0, 0, 0]);
    const { access_token } = await signIn(app);
    for (let count = 0; count < 7; count++) await (await login(app, "wrong", "somebody")).text();
    const heads = bearer(access_token).headers;
    assertEquals((await app.request(PATH, jsonPost('{"points": [[1]]}', heads))).status, 503);
    assertEquals((await app.request("/health")).status, 503);
    assertEquals(await read(), [1, 5, 2, 1]);
    await app.close();
  });

  it("is Prometheus's format: each name with its help and type, once, counters by _total", async () => {
    const app = createTestApp({ more: { processBytes: () => 5e7, processSeconds: () => 1.5, runtime: "test 1" } });
    await app.post(PATH, { points: [[1, 2]] });
    const response = await app.request("/metrics");
    assertMatch(response.headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({ name, type }));
    assert(types.length > 30);
    assertEquals(new Set(types.map(({ name }) => name)).size, types.length);
    for (const { name, type } of types) {
      assertMatch(name, /^ncs_[a-z_]+$/);
      assert(text.includes(`# HELP ${name} `), name);
      assertEquals(name.endsWith("_total"), type === "counter", name);
    }
    for (const line of text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))) {
      assertMatch(line, /^ncs_\w+(\{(\w+="[^"\\\n]*",?)+\})? -?[\d.e+-]+$/);
    }
    assert(text.includes('runtime="test 1"'));
  });

  it("is asked for by its token where there is one, and is not there where it is off", async () => {
    const app = createTestApp({ config: { metrics: { isEnabled: true, token: "scrape-me" } } });
    const show = async (authorization: string) =>
      (await app.request("/metrics", { headers: { authorization } })).status;
    assertEquals(await show("Bearer scrape-me"), 200);
    for (const wrong of ["", "Bearer", "Bearer scrape-m", "Bearer scrape-me2", "Basic scrape-me", "scrape-me"]) {
      assertEquals(await show(wrong), 401, wrong);
    }
    const off = createTestApp({ config: { metrics: { isEnabled: false } } });
    assertEquals((await off.request("/metrics")).status, 404);
  });

  it("two apps count apart", async () => {
    const [one, other] = [createTestApp(), createTestApp()];
    await one.post(PATH, { points: [[1]] });
    assertEquals((await scrape(other)).get('ncs_points_learned_total{stream="default"}'), undefined);
  });
});

describe("Busiest", () => {
  it("bounds the labels, names the busiest and never lets a count fall", () => {
    const busiest = new Busiest(3, 50);
    for (let stream = 0; stream < 100; stream++) busiest.of(`s${stream}`, stream).learned += stream;
    const first = new Map(busiest.rank());
    assertEquals([...first.keys()].sort(), [OTHER, "s47", "s48", "s49"].sort());
    assertEquals(first.get(OTHER)!.learned, 99 * 50 - 0 - 1 - 2);
    busiest.of("s48", 5).learned += 5;
    busiest.of("s1", 1).learned += 1;
    const second = new Map(busiest.rank());
    assertEquals(second.get("s48")!.learned, 5);
    assertEquals(second.size, 4);
    assert(second.has("s1") && second.get(OTHER)!.learned === first.get(OTHER)!.learned);
  });
});

describe("Distribution", () => {
  it("counts each sample up to its bound, inclusive, cumulative", () => {
    const spread = new Distribution([1, 2, 4]);
    for (const value of [0, 1, 1.5, 4, 5]) spread.add(value);
    const values = spread.values("x", {}).map(({ value }) => value);
    assertEquals(values, [2, 3, 4, 5, 11.5, 5]);
  });
});
