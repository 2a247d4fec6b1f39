/** Hostile input to the real servers: refused with the right problem, nothing learned, the server alive. */
import type { Socket } from "node:net";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Json } from "./app.ts";
import { COMMANDS, KEY, killLeftovers, listen, type Server } from "./processes.ts";
import { exchangeRaw, type RawAnswer } from "./raw.ts";

const PATH = "/api/v1/process_points";
const HEAD = "Host: localhost\r\nX-API-Key: YOUR_API_KEY\r\nContent-Type: application/json\r\n";

after(killLeftovers);

/** Bodies that are JSON or not, each with the code it is refused with. */
const BODIES: [what: string, body: string, status: number, code: string][] = [
  ["ragged rows", '{"points": [[1, 2, 3], [1, 2]]}', 422, "ragged_rows"],
  ["NaN as a text", '{"points": [[1, 2, "NaN"]]}', 422, "not_a_number"],
  ["NaN as it is", '{"points": [[1, 2, NaN]]}', 400, "invalid_json"],
  ["Infinity as a text", '{"points": [["Infinity", 2, 3]]}', 422, "not_a_number"],
  ["1e308", '{"points": [[1, 2, 1e308]]}', 422, "out_of_range"],
  ["1e999", '{"points": [[1, 2, 1e999]]}', 422, "not_finite"],
  ["-1e999", '{"points": [[1, 2, -1e999]]}', 422, "not_finite"],
  ["a number of a million digits", `{"points": [[1, 2, ${"9".repeat(1e6)}]]}`, 422, "not_finite"],
  ["true for a number", '{"points": [[1, 2, true]]}', 422, "not_a_number"],
  ["an object for a number", '{"points": [[1, 2, {"valueOf": 3}]]}', 422, "not_a_number"],
  ["lists 100,000 deep", `{"points": ${"[".repeat(1e5)}${"]".repeat(1e5)}}`, 422, "dims_mismatch"],
  ["lists 100,000 deep without an end", "[".repeat(1e5), 400, "invalid_json"],
  ["objects 100,000 deep", `${'{"points":'.repeat(1e5)}1${"}".repeat(1e5)}`, 422, "invalid_body"],
  ["the latter of two keys counts", '{"points": [[1, 2, 3]], "points": "x"}', 422, "invalid_body"],
  ["__proto__ with points", '{"__proto__": {"points": [[1, 2, 3]]}}', 422, "invalid_body"],
  ["constructor with points", '{"constructor": {"prototype": {"points": [[1, 2, 3]]}}}', 422, "invalid_body"],
  ["a row that is __proto__", '{"points": [{"__proto__": [1, 2, 3]}]}', 422, "invalid_points"],
  ["a length that lies", '{"points": {"length": 1, "0": [1, 2, 3]}}', 422, "invalid_body"],
  ["a NUL after the body", '{"points": [[1, 2, 3]]}\0', 400, "invalid_json"],
  ["two bodies", '{"points": [[1, 2, 3]]}{"points": [[1, 2, 3]]}', 400, "invalid_json"],
  ["nothing", "", 400, "invalid_json"],
];

/** Names of streams that are none, as they stand in a path. */
const NAMES = [
  "'; DROP TABLE streams; --",
  "x' OR '1'='1",
  "../../etc/passwd",
  "a\0b",
  "a\r\nx-injected: yes",
  "__proto__",
  "%00",
  "a".repeat(5000),
  "\u202Egnp.exe",
  "default ",
];

/** A character a second, of a body of 100. */
function sendSlowly(socket: Socket): void {
  socket.write(`POST ${PATH} HTTP/1.1\r\n${HEAD}Content-Length: 100\r\n\r\n`);
  const timer = setInterval(() => socket.destroyed ? clearInterval(timer) : socket.write(" "), 1000);
}

for (const [name, command] of Object.entries(COMMANDS)) {
  describe(`the server on ${name}`, () => {
    let server: Server, token: string, state: string, slow: Promise<RawAnswer>;

    const ask = (path: string, init: RequestInit = {}) =>
      fetch(server.url + path, { ...init, headers: { ...KEY, ...init.headers } });

    const post = (body: BodyInit, headers: Record<string, string> = {}, path = PATH) =>
      ask(path, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });

    /** All that was learned, bit for bit, and the streams that there are. */
    async function learned(): Promise<string> {
      const headers = { authorization: `Bearer ${token}` };
      const snapshot = await (await fetch(`${server.url}/api/v1/streams/default/snapshot`, { headers })).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", snapshot));
      const { streams } = await (await ask("/api/v1/streams")).json();
      return JSON.stringify([snapshot.byteLength, Array.from(digest), streams]);
    }

    function assertProblem(document: Json, status: number, code: string): void {
      assertEquals([document.status, document.code], [status, code]);
      const text = JSON.stringify(document);
      assert(text.length < 100_000, `the document has ${text.length} characters`);
      assert(!/\bat .*[.:]\d+|node_modules|src\/|\/tmp\/|\/home\//.test(text), text.slice(0, 500));
    }

    async function assertRefused(response: Response, status: number, code: string): Promise<void> {
      assertEquals(response.headers.get("content-type"), "application/problem+json");
      assertEquals(response.status, status);
      assertProblem(await response.json(), status, code);
      assertEquals(await learned(), state);
    }

    async function assertRawRefused({ status, head, body }: RawAnswer, wanted: number, code: string): Promise<void> {
      assertEquals(status, wanted, head);
      assertProblem(JSON.parse(body), wanted, code);
      assertEquals(await learned(), state);
    }

    before(async () => {
      server = await listen(command, { RATE_LIMIT_PER_MINUTE: "0" });
      const admin = new URLSearchParams({ username: "admin", password: "admin123" });
      token = (await (await fetch(`${server.url}/auth/login`, { method: "POST", body: admin })).json()).access_token;
      const points = Array.from({ length: 200 }, (_, index) => [index % 2 * 9, index % 5, index % 7]);
      assertEquals((await post(JSON.stringify({ points }))).status, 200);
      state = await learned();
      assert(JSON.parse(state)[0] > 100, "there is a snapshot");
      // Begun here and awaited at the end: it takes as long as a body may.
      slow = exchangeRaw(server.port, sendSlowly);
    });

    after(async () => {
      assertEquals((await (await fetch(`${server.url}/health`)).json()).status, "healthy");
      assertEquals((await post('{"points": [[1, 2, 3]]}')).status, 200);
      process.kill(server.pid, "SIGTERM");
      assertEquals(await server.exit, 0);
    });

    for (const [what, body, status, code] of BODIES) {
      it(`${what}: ${code}`, async () => assertRefused(await post(body), status, code));
    }

    it("invalid UTF-8 is not JSON, whatever its head says", async () => {
      const octets = new Uint8Array([
        ...new TextEncoder().encode('{"points": [[1, 2, 3]], "x": "'),
        0xc3,
        0x28,
        0x22,
        0x7d,
      ]);
      await assertRefused(await post(octets), 400, "invalid_json");
      await assertRefused(
        await post(octets, { "content-type": "application/json; charset=latin1" }),
        400,
        "invalid_json",
      );
      await assertRefused(await post(new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0])), 400, "invalid_json");
    });

    it("other content types are refused", async () => {
      for (
        const type of ["text/plain", "application/xml", "application/json-patch+json", "multipart/form-data", "a/b; c"]
      ) {
        await assertRefused(
          await post('{"points": [[1, 2, 3]]}', { "content-type": type }),
          415,
          "unsupported_media_type",
        );
      }
      const gzip = { "content-encoding": "gzip" };
      await assertRefused(await post('{"points": [[1, 2, 3]]}', gzip), 415, "unsupported_media_type");
    });

    it("a declared body of 100 MB is refused before it is sent", async () => {
      const answer = await exchangeRaw(server.port, (socket) => {
        socket.write(`POST ${PATH} HTTP/1.1\r\n${HEAD}Content-Length: 100000000\r\n\r\n{"points": [`);
      });
      await assertRawRefused(answer, 413, "body_too_large");
    });

    it("a chunked body of 100 MB is refused when it passes the limit", async () => {
      const chunk = `${(2 ** 20).toString(16)}\r\n${" ".repeat(2 ** 20)}\r\n`;
      const answer = await exchangeRaw(server.port, (socket) => {
        socket.write(`POST ${PATH} HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
        let sent = 0;
        const more = () => {
          while (sent < 100 && !socket.destroyed) if (sent++, !socket.write(chunk)) return;
        };
        socket.on("drain", more);
        more();
      });
      await assertRawRefused(answer, 413, "body_too_large");
    });

    it("uploads that are broken off learn nothing", async () => {
      const body = '{"points": [[1, 2, 3]]}';
      for (const head of ["Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n17\r\n"]) {
        await exchangeRaw(server.port, (socket) => {
          socket.write(`POST ${PATH} HTTP/1.1\r\n${HEAD}${head}${body}`);
          setTimeout(() => socket.destroy(), 100);
        }).catch(() => {});
        assertEquals(await learned(), state);
      }
    });

    it("names of streams are names, never SQL, paths or heads", async () => {
      for (const name of NAMES) {
        const path = `/api/v1/streams/${encodeURIComponent(name)}/clusters_summary`;
        const response = await ask(path);
        assert([400, 404, 414, 431].includes(response.status), `${response.status} ${name.slice(0, 40)}`);
        assertEquals(response.headers.get("x-injected"), null);
        await assertRefused(await post(JSON.stringify({ name }), {}, "/api/v1/streams"), 422, "invalid_body");
        await response.body?.cancel();
      }
    });

    it("names that objects have are those of no stream", async () => {
      for (const name of ["constructor", "toString", "hasOwnProperty", "Default"]) {
        await assertRefused(await ask(`/api/v1/streams/${name}`), 404, "stream_not_found");
        await assertRefused(
          await post('{"points": [[1, 2, 3]]}', {}, `/api/v1/streams/${name}/process_points`),
          404,
          "stream_not_found",
        );
      }
    });

    it("percent-encoded paths are what they say, and bad ones are refused", async () => {
      assertEquals((await ask("/api/v1/streams/%64efault")).status, 200);
      for (
        const path of [
          "/api/v1/streams/%",
          "/api/v1/streams/%zz",
          "/api/v1/streams/%c3%28",
          "/%2e%2e/%2e%2e/etc/passwd",
        ]
      ) {
        const answer = await exchangeRaw(server.port, (socket) => {
          socket.write(`GET ${path} HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`);
        });
        assert([400, 404].includes(answer.status), `${path} ${answer.status}`);
        assert(!answer.body.includes("root:"));
      }
      assertEquals(await learned(), state);
    });

    it("heads cannot be forged, nor lines of the log", async () => {
      const forged = await post("{", { "x-request-id": 'x"},{"level":"error' });
      assertMatch(forged.headers.get("x-request-id")!, /^[0-9a-f-]{36}$/);
      await assertRefused(forged, 400, "invalid_json");
      const keys = ["a b", "x".repeat(256), "é"];
      for (const key of keys) {
        const answer = await exchangeRaw(server.port, (socket) => {
          const body = '{"points": [[1, 2, 3]]}';
          const head = `${HEAD}Idempotency-Key: ${key}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
          socket.write(`POST ${PATH} HTTP/1.1\r\n${head}${body}`);
        });
        await assertRawRefused(answer, 422, "invalid_parameter");
      }
    });

    it("a head of 100,000 characters is refused or passed over, and the server lives", async () => {
      const answer = await exchangeRaw(server.port, (socket) => {
        socket.write(
          `GET /health HTTP/1.1\r\nHost: localhost\r\nX-Long: ${"x".repeat(1e5)}\r\nConnection: close\r\n\r\n`,
        );
      }).catch(() => undefined);
      if (answer) assert([200, 400, 431].includes(answer.status), answer.head);
      assertEquals(await learned(), state);
    });

    it("a body that comes too slowly is given up", async () => {
      await assertRawRefused(await slow, 408, "request_timeout");
    });

    it("octets that are no numbers are refused", async () => {
      const octets = { "content-type": "application/octet-stream" };
      for (const [value, code] of [[NaN, "not_finite"], [Infinity, "not_finite"], [3e38, "out_of_range"]] as const) {
        await assertRefused(await post(new Float32Array([1, 2, value]), octets), 422, code);
      }
      await assertRefused(await post(new Uint8Array(11), octets), 422, "dims_mismatch");
    });
  });
}
