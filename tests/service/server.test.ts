/** The real servers, on both runtimes. */
import { connect } from "node:net";
import process from "node:process";
import { after, describe, it } from "node:test";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS, finish, KEY, killLeftovers, listen } from "./processes.ts";

after(killLeftovers);

/** Sends the half of a request, has `meanwhile` done, sends the rest; answers what came back. */
function postInHalves(port: number, meanwhile: () => void): Promise<string> {
  const body = '{"points": [[1.0, 2.0, 3.0]]}';
  const head = "POST /api/v1/process_points HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
    "X-API-Key: YOUR_API_KEY\r\n";
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`${head}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body.slice(0, 10)}`);
      setTimeout(meanwhile, 200);
      setTimeout(() => socket.write(body.slice(10)), 600);
    });
    socket.on("data", (chunk: Uint8Array) => answer += new TextDecoder().decode(chunk));
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

/** Sends a request as it is; answers what came back. */
function sendRaw(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    socket.on("data", (chunk: Uint8Array) => answer += new TextDecoder().decode(chunk));
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

/** Sends a line of points, and no end of the body; has `meanwhile` done when it is answered. Answers what came back. */
function postEndless(port: number, meanwhile: () => void): Promise<string> {
  const request = "POST /api/v1/process_points HTTP/1.1\r\nHost: localhost\r\nX-API-Key: YOUR_API_KEY\r\n" +
    "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\na\r\n[1, 2, 3]\n\r\n";
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    socket.on("data", (chunk: Uint8Array) => {
      if (answer === "") setTimeout(meanwhile, 200);
      answer += new TextDecoder().decode(chunk);
      // The last chunk.
      if (answer.endsWith("\r\n0\r\n\r\n")) socket.destroy();
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`the server on ${name}`, () => {
    it("serves the four endpoints, and ends cleanly on SIGTERM", async () => {
      const server = await listen(command);
      assertEquals((await (await fetch(`${server.url}/health`)).json()).status, "healthy");
      const response = await fetch(`${server.url}/api/v1/process_points`, {
        method: "POST",
        headers: { ...KEY, "content-type": "application/json" },
        body: JSON.stringify({ points: [[1, 2, 3], [1.1, 2.1, 3.1], [5, 6, 7]] }),
      });
      assertEquals((await response.json()).map((result: { cluster_id: number }) => result.cluster_id), [0, 0, 1]);
      const octets = await fetch(`${server.url}/api/v1/process_points`, {
        method: "POST",
        headers: { ...KEY, "content-type": "application/octet-stream", dims: "3" },
        body: new Float32Array([1, 2, 3]),
      });
      assertEquals(Array.from(new Int32Array(await octets.arrayBuffer())), [0]);
      const summary = await (await fetch(`${server.url}/api/v1/clusters_summary`, { headers: KEY })).json();
      assertEquals([summary.num_active_clusters, summary.total_points_processed], [2, 4]);
      const status = await (await fetch(`${server.url}/api/v1/algorithm_status`, { headers: KEY })).json();
      assert(status.memory_usage_mb.process > 10);
      process.kill(server.pid, "SIGTERM");
      assertEquals(await server.exit, 0);
    });

    it("answers a body beyond its limit with a problem, and a client that leaves with nothing", async () => {
      const server = await listen(command);
      const large = await fetch(`${server.url}/api/v1/process_points`, {
        method: "POST",
        headers: { ...KEY, "content-type": "application/json" },
        body: " ".repeat(33 * 2 ** 20),
      });
      assertEquals([large.status, (await large.json()).code], [413, "body_too_large"]);
      const leaving = new AbortController();
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new Uint8Array([123])),
      });
      setTimeout(() => leaving.abort(), 200);
      await fetch(`${server.url}/api/v1/process_points`, {
        method: "POST",
        headers: { ...KEY, "content-type": "application/json" },
        body,
        duplex: "half",
        signal: leaving.signal,
      } as RequestInit).catch(() => {});
      assertEquals((await fetch(`${server.url}/health`)).status, 200);
      process.kill(server.pid, "SIGINT");
      assertEquals(await server.exit, 0);
    });

    it("serves HTTP/1.0, and answers a Host that is none with a problem", async () => {
      const server = await listen(command);
      const old = await sendRaw(server.port, "GET /health HTTP/1.0\r\n\r\n");
      assertStringIncludes(old, "200 OK");
      assertStringIncludes(old, '"healthy"');
      for (const path of ["/health", "/nothing"]) {
        const bad = await sendRaw(server.port, `GET ${path} HTTP/1.1\r\nHost: ::::\r\nConnection: close\r\n\r\n`);
        assertStringIncludes(bad, "400 Bad Request");
        assertStringIncludes(bad, '"invalid_request"');
      }
      process.kill(server.pid, "SIGTERM");
      assertEquals(await server.exit, 0);
    });

    it("finishes the request under way when it is told to stop", async () => {
      const server = await listen(command);
      const answer = await postInHalves(server.port, () => process.kill(server.pid, "SIGTERM"));
      assertStringIncludes(answer, "200 OK");
      assertStringIncludes(answer, '"cluster_id":0');
      assertEquals(await server.exit, 0);
    });

    it("ends points by lines with a line that says so when it is told to stop", async () => {
      const server = await listen(command);
      const answer = await postEndless(server.port, () => process.kill(server.pid, "SIGTERM"));
      assertStringIncludes(answer, '"cluster_id":0');
      assertStringIncludes(answer, '"code":"overloaded"');
      assertStringIncludes(answer, '"lines_learned":1');
      assertEquals(await server.exit, 0);
    });

    it("says that a port is taken, and what is wrong with its environment", async () => {
      const server = await listen(command);
      const second = await finish(command, { PORT: String(server.port) });
      assertEquals(second.code, 1);
      assertStringIncludes(second.stderr, `port ${server.port} is taken`);
      process.kill(server.pid, "SIGTERM");
      assertEquals(await server.exit, 0);
      const bad = await finish(command, { NCS_LEARNING_RATE: "2" });
      assertEquals(bad.code, 2);
      assertStringIncludes(bad.stderr, "NCS_LEARNING_RATE: learning_rate must be a number from 0.0001 to 1");
    });

    it("--help prints the environment, an unknown argument is refused", async () => {
      const help = await finish(command, {}, "--help");
      assertEquals(help.code, 0);
      assertStringIncludes(help.stdout, "NCS_MAX_CLUSTERS");
      assertEquals((await finish(command, {}, "--prot 80")).code, 2);
    });
  });
}
