/** What deploy/local starts is the production topology, on real processes: points go through nginx to whichever replica. */
import { existsSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { missingPrograms, startTopology, type Topology } from "../../deploy/local/topology.ts";
import { answers, until } from "../../deploy/local/wait.ts";

const missing = missingPrograms();
const POINTS = { points: [[1, 2, 3], [1.1, 2.1, 3.1], [5, 6, 7]] };

describe("a topology on this machine", { skip: missing.length > 0 ? `not installed: ${missing}` : false }, () => {
  let topology: Topology, bearer: Record<string, string>;

  before(async () => {
    topology = await startTopology({ replicas: ["deno", "bun"], environment: { RATE_LIMIT_PER_MINUTE: "0" } });
    const body = new URLSearchParams(topology.admin);
    const { access_token } = await (await fetch(`${topology.url}/auth/login`, { method: "POST", body })).json();
    bearer = { authorization: `Bearer ${access_token}` };
  });
  after(() => topology?.stop());

  async function learn(head: Record<string, string>): Promise<number> {
    const response = await fetch(`${topology.url}/api/v1/process_points`, {
      method: "POST",
      headers: { "content-type": "application/json", ...bearer, ...head },
      body: JSON.stringify(POINTS),
    });
    await response.body?.cancel();
    return response.status;
  }

  const statuses = async (path: string, count: number) => {
    const found = new Set<number>();
    for (let index = 0; index < count; index++) {
      const response = await fetch(topology.url + path, { headers: bearer });
      await response.body?.cancel();
      found.add(response.status);
    }
    return [...found];
  };

  it("learns through nginx what is sent to it", async () => {
    assertEquals(await learn({ "idempotency-key": "first" }), 200);
    assertEquals(await statuses("/api/v1/algorithm_status", 4), [200]);
  });

  it("shows its metrics to who has the token, and never through nginx", async () => {
    const ask = async (url: string) => {
      const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${topology.metricsToken}` } });
      return [response.status, (await response.text()).includes("ncs_")];
    };
    for (const { url } of topology.replicas) assertEquals(await ask(url), [200, true]);
    assertEquals(await ask(topology.url), [404, false]);
  });

  it("passes on the number of a request, and tells no version", async () => {
    const response = await fetch(`${topology.url}/health`, { headers: { "x-request-id": "asked-by-a-test" } });
    await response.body?.cancel();
    assertEquals(response.headers.get("x-request-id"), "asked-by-a-test");
    assertEquals(response.headers.get("server"), "nginx");
  });

  it("refuses what is too large by a problem document", async () => {
    const response = await fetch(`${topology.url}/api/v1/process_points?dims=3`, {
      method: "POST",
      headers: { ...bearer, "content-type": "application/octet-stream" },
      body: new Uint8Array(34 * 2 ** 20),
    });
    assertEquals(response.status, 413);
    assertStringIncludes(await response.text(), '"code":"body_too_large"');
  });

  it("answers lines while they are still sent", async () => {
    const gate = Promise.withResolvers<void>();
    const encoder = new TextEncoder();
    const body = new ReadableStream({
      async start(controller) {
        // More than a group, so that it is learned before the body ends.
        controller.enqueue(encoder.encode("[1,2,3]\n".repeat(2000)));
        await gate.promise;
        controller.enqueue(encoder.encode("[1,2,3]\n"));
        controller.close();
      },
    });
    const headers = { ...bearer, "content-type": "application/x-ndjson" };
    const response = await fetch(`${topology.url}/api/v1/process_points`, { method: "POST", headers, body });
    assertEquals(response.status, 200);
    let text = "";
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      gate.resolve();
    }
    assertEquals(text.trimEnd().split("\n").filter((line) => "cluster_id" in JSON.parse(line)).length, 2001);
  });

  it("goes on while a replica is killed, and takes it back", async () => {
    const [replica] = topology.replicas;
    replica.kill();
    await replica.exit;
    assertEquals(await statuses("/health", 6), [200]);
    await replica.start();
    assert(await answers(`${replica.url}/health/ready`));
  });

  it("passes over a replica that hangs", async () => {
    const [replica] = topology.replicas;
    replica.freeze();
    try {
      assertEquals(await statuses("/health/live", 6), [200]);
    } finally {
      replica.thaw();
    }
    await until(() => answers(`${replica.url}/health/live`));
  });

  it("rolls with no read refused, each replica another process afterwards", async () => {
    const before = topology.replicas.map(({ pid }) => pid);
    let isRolling = true;
    const reading = (async () => {
      const found = new Set<number>();
      while (isRolling) (await statuses("/health/live", 1)).forEach((status) => found.add(status));
      return [...found];
    })();
    await topology.roll().finally(() => isRolling = false);
    assertEquals(await reading, [200]);
    assert(topology.replicas.every(({ pid }, index) => pid !== before[index]));
  });

  it("outlives a Postgres and a Redis that start anew", async () => {
    await topology.postgres.restart("SIGQUIT");
    await topology.redis.restart();
    await until(async () => (await statuses("/health", 1))[0] === 200);
  });

  it("leaves nothing behind", async () => {
    const { folder, url, replicas } = topology;
    await topology.stop();
    assert(!existsSync(folder));
    for (const left of [url, ...replicas.map((replica) => replica.url)]) assert(!await answers(`${left}/health/live`));
  });
});
