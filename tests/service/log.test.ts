/** The log: what went wrong and who asked, never what must stay secret. */
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { createLog, systemClock } from "../../src/service/mod.ts";
import { createTestApp, type Json, jsonPost } from "./app.ts";
import { createAccountsApp, makeKey, signIn, withKey } from "./accounts.ts";

const PATH = "/api/v1/process_points";

const requestsOf = (log: Json[]) => log.filter(({ message }) => message === "request");

describe("the log of requests", () => {
  it("has failures and slow requests alone", async () => {
    const app = createTestApp({
      processBytes: () => {
        throw new Error("out of order");
      },
    });
    await app.post(PATH, { points: [[1, 2]] });
    await app.request(PATH, jsonPost("{"));
    await app.request("/nothing");
    assertEquals(requestsOf(app.log), []);
    await app.request("/api/v1/algorithm_status", { headers: { "x-request-id": "r1" } });
    const [{ status, code, request_id, path, subject }, ...more] = requestsOf(app.log);
    assertEquals([status, code, request_id, path], [500, "internal", "r1", "/api/v1/algorithm_status"]);
    assert(subject !== undefined && more.length === 0);
    const slow = createTestApp({ look_ms: 600 });
    await slow.post(PATH, { points: [[1, 2]] });
    const [entry] = requestsOf(slow.log);
    assert(entry.status === 200 && entry.time_ms > 1000);
  });

  it("has every request where that is asked for", async () => {
    for (const config of [{ logsRequests: true }, { isDebug: true }]) {
      const app = createTestApp({ config });
      await app.post(PATH, { points: [[1, 2]] });
      await app.request("/nothing");
      assertEquals(requestsOf(app.log).map(({ status }) => status), [200, 404]);
    }
  });

  it("has no credential: not from heads, bodies, queries or paths that are not served", async () => {
    const app = createAccountsApp({ logsRequests: true });
    const { access_token } = await signIn(app);
    const { api_key } = await makeKey(app);
    await app.request("/api/v1/algorithm_status", withKey(api_key));
    for (const query of [`token=${access_token}`, `api_key=${api_key}`]) {
      await app.request(`/api/v1/clusters_summary?${query}`, withKey(api_key));
      await app.request(`/ws/stream?${query}`);
      await app.request(`/nothing?${query}`);
    }
    await app.request(`${PATH}?dims=x&token=${access_token}`, jsonPost(JSON.stringify({ points: [[1]], api_key })));
    const log = JSON.stringify(app.log);
    assert(requestsOf(app.log).length >= 8);
    for (const secret of [access_token, api_key, "token=", "api_key="]) assert(!log.includes(secret), secret);
  });

  it("has one line a request, whatever the path holds", async () => {
    const lines: string[] = [];
    const app = createTestApp({
      config: { logsRequests: true },
      more: { log: createLog((line) => lines.push(line), systemClock) },
    });
    await app.request("/a%0a%7B%22level%22:%22error%22%7D");
    assertEquals(lines.length, 1);
    assert(!lines[0].includes("\n") && JSON.parse(lines[0]).level === "info");
  });
});
