/** What browsers are told: security heads with every answer, CORS for the allowed origins alone. */
import { describe, it } from "node:test";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createTestApp, type Json, jsonPost, type TestApp } from "./app.ts";

const PATH = "/api/v1/process_points";
const PAGE = "https://console.example";

const open = (...allowedOrigins: string[]) => createTestApp({ config: { allowedOrigins } });

/** What a browser asks before a page may post. */
function preflight(app: TestApp, path: string, origin = PAGE): Promise<Response> {
  return app.request(path, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type,idempotency-key",
    },
  });
}

/** The names of the CORS heads of an answer. */
function corsHeads({ headers }: Response): string[] {
  return [...headers.keys()].filter((name) => name.startsWith("access-control-"));
}

describe("security heads", () => {
  const answers: [string, string, RequestInit?][] = [
    ["an answer", "/health"],
    ["a problem", PATH, jsonPost("{")],
    ["what is not found", "/nothing"],
    ["another method", PATH, { method: "PUT" }],
    ["who is not known", PATH, { ...jsonPost("{}"), headers: { "x-api-key": "wrong" } }],
    ["nothing", PATH, {
      method: "OPTIONS",
      headers: { origin: PAGE, "access-control-request-method": "POST" },
    }],
  ];
  for (const [what, path, init] of answers) {
    it(`go with ${what}`, async () => {
      const { headers } = await createTestApp().request(path, init);
      assertEquals(headers.get("x-content-type-options"), "nosniff");
      assertEquals(headers.get("referrer-policy"), "no-referrer");
      assertEquals(headers.get("x-frame-options"), "DENY");
      assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
      assertStringIncludes(headers.get("content-security-policy")!, "default-src 'none'");
      assert(headers.get("permissions-policy"));
      assertEquals(headers.get("strict-transport-security"), null);
    });
  }

  it("strict-transport-security is said where TLS is certain", async () => {
    const { headers } = await createTestApp({ config: { environment: "production" } }).request("/health");
    assertStringIncludes(headers.get("strict-transport-security")!, "max-age=31536000");
  });
});

describe("CORS", () => {
  it("an allowed origin may read answers, problems too", async () => {
    for (const [path, status] of [["/health", 200], ["/nothing", 404], [PATH, 405]] as const) {
      const response = await open("https://other.example", PAGE).request(path, { headers: { origin: PAGE } });
      assertEquals([response.status, response.headers.get("access-control-allow-origin")], [status, PAGE]);
      assertEquals(response.headers.get("vary"), "Origin");
      for (const name of ["x-request-id", "ratelimit-remaining", "retry-after", "idempotency-replayed"]) {
        assertStringIncludes(response.headers.get("access-control-expose-headers")!, name);
      }
      assertEquals(response.headers.get("access-control-allow-credentials"), null);
    }
  });

  it("any other origin is told nothing, and caches are warned", async () => {
    const near = [`${PAGE}.evil.example`, "http://console.example", `${PAGE}:8443`, "null", PAGE.toUpperCase()];
    for (const origin of near) {
      for (
        const response of [
          await open(PAGE).request("/health", { headers: { origin } }),
          await preflight(open(PAGE), PATH, origin),
        ]
      ) {
        assertEquals(corsHeads(response), [], origin);
        assertEquals(response.headers.get("vary"), "Origin");
      }
    }
    assertEquals((await open(PAGE).request("/health")).headers.get("vary"), "Origin");
  });

  it("without allowed origins nobody is told anything", async () => {
    assertEquals(corsHeads(await createTestApp().request("/health", { headers: { origin: PAGE } })), []);
    assertEquals(corsHeads(await preflight(createTestApp(), PATH)), []);
  });

  it("a preflight is answered on every route, without credentials", async () => {
    const app = open(PAGE);
    const { paths } = await app.get("/openapi.json");
    for (const [path, item] of Object.entries<Json>(paths)) {
      const response = await preflight(app, path.replace(/\{\w+\}/g, "x"));
      assertEquals(response.status, 204, path);
      assertEquals(response.headers.get("access-control-allow-origin"), PAGE);
      const methods = response.headers.get("access-control-allow-methods")!.split(", ");
      for (const method of Object.keys(item)) assert(methods.includes(method.toUpperCase()), `${method} ${path}`);
      const allowed = response.headers.get("access-control-allow-headers")!.split(", ");
      for (const name of ["authorization", "x-api-key", "content-type", "idempotency-key"]) {
        assert(allowed.includes(name), name);
      }
      assertEquals(response.headers.get("access-control-max-age"), "7200");
    }
  });

  it("a wildcard gives every origin the answers, and no credentials", async () => {
    const response = await open("*").request("/health", { headers: { origin: PAGE } });
    assertEquals(response.headers.get("access-control-allow-origin"), "*");
    assertEquals(response.headers.get("access-control-allow-credentials"), null);
  });
});
