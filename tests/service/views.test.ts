import { describe, it } from "node:test";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { isDrifting } from "../../src/service/api/algorithm_status.ts";
import { SampleWindow } from "../../src/service/streams/window.ts";
import { MemoryStore } from "../../src/store/mod.ts";
import { blobs, toRows } from "../kernel.ts";
import { createTestApp, type Json, jsonPost, START } from "./app.ts";

const POST = "/api/v1/process_points";
const SUMMARY = "/api/v1/clusters_summary";
const STATUS = "/api/v1/algorithm_status";
const DIMS = 3;

describe("GET /health", () => {
  it("says healthy, and which components there are", async () => {
    const app = createTestApp();
    app.wait(2500);
    for (const path of ["/health", "/api/v1/health", "/health/ready"]) {
      const response = await app.request(path);
      assertEquals(response.status, 200);
      assertEquals(await response.json(), {
        status: "healthy",
        timestamp: new Date(START + 2500).toISOString(),
        version: "0.1.0",
        algorithm_ready: true,
        uptime_seconds: 2.5,
        components: {
          algorithm: { status: "healthy", latency_ms: 0 },
          database: { status: "healthy", latency_ms: 0 },
        },
      });
    }
    assertEquals(await app.get("/health/live"), { status: "alive" });
  });

  it("answers HEAD with no body", async () => {
    const response = await createTestApp().request("/health", { method: "HEAD" });
    assertEquals([response.status, await response.text()], [200, ""]);
  });

  it("names the component that fails, answers 503, and logs why", async () => {
    const store = new MemoryStore();
    store.probe = () => Promise.reject(new Error("the disk is full"));
    const app = createTestApp({ store });
    const response = await app.request("/health");
    assertEquals(response.status, 503);
    const { status, components } = await response.json();
    assertEquals([status, components.algorithm.status, components.database.status], [
      "unhealthy",
      "healthy",
      "failing",
    ]);
    assertEquals(
      app.log.find(({ message }) => message === "component fails")?.error.message,
      "the store fails: the disk is full",
    );
    assertEquals((await app.request("/health/live")).status, 200);
  });
});

describe("GET /api/v1/clusters_summary", () => {
  it("is empty before the first point", async () => {
    assertEquals(await createTestApp().get(SUMMARY), {
      num_active_clusters: 0,
      total_points_processed: 0,
      average_cluster_confidence: 0,
      cluster_distribution: {},
      matching_clusters: 0,
      clusters: [],
    });
  });

  it("describes each cluster, with times of the service's clock", async () => {
    const app = createTestApp();
    await app.post(POST, { points: toRows(blobs(3000, DIMS), DIMS) });
    app.wait(60_000);
    await app.post(POST, { points: toRows(blobs(3000, DIMS, 2), DIMS) });
    const summary = await app.get(SUMMARY);
    assertEquals([summary.num_active_clusters, summary.total_points_processed], [3, 6000]);
    assertEquals(summary.clusters.length, 3);
    const [first] = summary.clusters;
    assertEquals(Object.keys(first), [
      "cluster_id",
      "size",
      "center",
      "radius",
      "confidence",
      "health_status",
      "health_factors",
      "micro_clusters",
      "created_at",
      "last_updated",
    ]);
    assertEquals(Object.keys(first.health_factors), [
      "share",
      "compactness",
      "recency",
      "stability",
      "separation",
    ]);
    for (const cluster of summary.clusters) {
      assertEquals(cluster.created_at, "2026-01-02T03:04:05.678Z");
      assertEquals(cluster.last_updated, "2026-01-02T03:05:05.678Z");
      assertEquals(cluster.center.length, DIMS);
      assertEquals(summary.cluster_distribution[cluster.cluster_id], cluster.size);
    }
    const mean = summary.clusters.reduce((sum: number, cluster: Json) => sum + cluster.confidence, 0) / 3;
    assertAlmostEquals(summary.average_cluster_confidence, mean);
  });

  it("filters and pages", async () => {
    const app = createTestApp();
    await app.post(POST, { points: toRows(blobs(3000, DIMS), DIMS) });
    const { clusters } = await app.get(SUMMARY);
    const idsOf = async (query: string) =>
      (await app.get(SUMMARY + query)).clusters.map((cluster: Json) => cluster.cluster_id);
    const ids = clusters.map((cluster: Json) => cluster.cluster_id);
    assertEquals(await idsOf("?limit=2"), ids.slice(0, 2));
    assertEquals(await idsOf("?limit=2&offset=2"), ids.slice(2));
    assertEquals(await idsOf("?limit=0"), []);
    assertEquals(await idsOf(`?cluster_id=${ids[1]}`), [ids[1]]);
    assertEquals(await idsOf("?cluster_id=999999"), []);
    const size = Math.max(...clusters.map((cluster: Json) => cluster.size));
    assertEquals((await idsOf(`?min_size=${Math.floor(size)}`)).length, 1);
    assertEquals((await idsOf("?min_size=1e5")).length, 0);
    const healthy = clusters.filter((cluster: Json) => cluster.health_status === "healthy");
    assertEquals((await idsOf("?health_status=healthy")).length, healthy.length);
    assertEquals((await app.get(`${SUMMARY}?limit=1`)).matching_clusters, 3);
  });

  it("refuses a filter that is none", async () => {
    for (
      const query of [
        "min_size=-1",
        "limit=1.5",
        "offset=x",
        "cluster_id=",
        "health_status=sick",
        "limt=1",
        "limit=1&limit=2",
      ]
    ) {
      const response = await createTestApp().request(`${SUMMARY}?${query}`);
      assertEquals(response.status, 422);
      assertEquals((await response.json()).errors[0].parameter, query.split("=")[0]);
    }
  });
});

describe("GET /api/v1/algorithm_status", () => {
  it("has every field before the first point", async () => {
    const status = await createTestApp({ processBytes: () => 50e6 }).get(STATUS);
    assertEquals(status, {
      is_ready: true,
      dims: null,
      total_points_processed: 0,
      active_clusters: 0,
      micro_clusters: 0,
      current_dynamic_threshold: null,
      clustering_quality: null,
      global_stability: null,
      unexplained_rate: null,
      adaptation_rate: null,
      drift_detected: false,
      drift_count: 0,
      last_drift_detection: null,
      throughput_points_per_second: 0,
      last_processing_time_ms: 0,
      processing_time_ms: { p50: 0, p95: 0, p99: 0 },
      error_count: 0,
      error_rate: 0,
      memory_usage_mb: { kernel: 0, process: 50 },
      uptime_seconds: 0,
      version: "0.1.0",
    });
  });

  it("measures the stream", async () => {
    const app = createTestApp();
    await app.post(POST, { points: toRows(blobs(5000, DIMS), DIMS) });
    await app.request(POST, jsonPost("{"));
    app.wait(1000);
    const status = await app.get(STATUS);
    assertEquals([status.dims, status.total_points_processed, status.active_clusters], [DIMS, 5000, 3]);
    assertEquals([status.error_count, status.error_rate, status.uptime_seconds], [1, 0.5, 1]);
    assert(status.clustering_quality > 0.5 && status.clustering_quality <= 1);
    assert(status.current_dynamic_threshold > 0);
    assert(status.memory_usage_mb.kernel > 0);
    assertEquals([status.drift_detected, status.last_drift_detection], [false, null]);
  });
});

describe("isDrifting()", () => {
  it("holds for one half-life of the memory after a drift", () => {
    const memory = { learningRate: 0.06 };
    const at = (points: number, lastDrift: number) => isDrifting({ points, lastDrift, capacity: 128 }, memory);
    assertEquals([at(5000, 0), at(5000, 5000), at(6478, 5000), at(6479, 5000)], [false, true, true, false]);
  });

  it("is told with the time of the drift", async () => {
    const app = createTestApp();
    const moved = toRows(blobs(5000, DIMS, 2), DIMS).map((row) => row.map((value) => value * -3 - 500));
    await app.post(POST, { points: toRows(blobs(5000, DIMS), DIMS) });
    app.wait(1000);
    await app.post(POST, { points: moved.slice(0, 500) });
    const status = await app.get(STATUS);
    assertEquals([status.drift_detected, status.drift_count], [true, 1]);
    assertEquals(status.last_drift_detection, "2026-01-02T03:04:06.678Z");
  });
});

describe("SampleWindow", () => {
  it("quantiles() are those of the samples it keeps, by nearest rank", () => {
    const window = new SampleWindow();
    assertEquals(window.quantiles([0.5, 0.99]), [0, 0]);
    for (let time_ms = 1; time_ms <= 100; time_ms++) window.add(time_ms, 10);
    assertEquals(window.quantiles([0.5, 0.95, 0.99, 1]), [50, 95, 99, 100]);
    assertEquals(window.last(), 100);
    assertAlmostEquals(window.throughput(), 1000 / 5.05);
  });

  it("forgets all but the latest 1,024", () => {
    const window = new SampleWindow();
    for (let count = 0; count < 5000; count++) window.add(count < 3000 ? 1000 : 1, 1);
    assertEquals(window.quantiles([1]), [1]);
    assertAlmostEquals(window.throughput(), 1000);
  });
});
