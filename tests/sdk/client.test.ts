/** The client's requests, retries and errors, against a server that is ill on purpose. */
import { describe, it } from "node:test";
import {
  assert,
  assertEquals,
  assertGreaterOrEqual,
  assertLess,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  AuthenticationError,
  ConnectionError,
  NeuroClusterClient,
  NeuroClusterError,
  ProcessingError,
  RateLimitError,
  ValidationError,
} from "../../sdk/js/src/index.ts";
import { type Act, drop, json, problem, script, type Scripted, silence } from "./scripted.ts";

const TOKENS = { access_token: "first", refresh_token: "again", token_type: "bearer", expires_in: 60 };
const RENEWED = { ...TOKENS, access_token: "second", refresh_token: "once more" };

/** Runs a piece of work against a server that answers so, and ends the server. */
async function against(
  acts: Act[],
  work: (client: NeuroClusterClient, server: Scripted) => Promise<void>,
  options = {},
) {
  const server = await script(...acts);
  try {
    await work(new NeuroClusterClient({ baseUrl: `${server.url}/`, ...options }), server);
  } finally {
    server.stop();
  }
}

describe("processPoints", () => {
  it("sends rows as JSON with the API key, and answers the results", () =>
    against([json([{ cluster_id: 3 }])], async (client, { seen }) => {
      assertEquals((await client.processPoints([[1, 2]], { include: "layers" }))[0].cluster_id, 3);
      const [{ method, url, headers, body }] = seen;
      assertEquals([method, url, body], ["POST", "/api/v1/process_points?include=layers", '{"points":[[1,2]]}']);
      assertEquals([headers["x-api-key"], headers["content-type"]], ["secret", "application/json"]);
      assertMatch(headers["idempotency-key"], /^[0-9a-f]{32}$/);
    }, { apiKey: "secret" }));

  it("sends a Float32Array as octets, and answers ids", () => {
    let octets: Uint8Array | undefined;
    const answer: Act = (response) => void response.writeHead(200).end(new Uint8Array(new Int32Array([7, -1]).buffer));
    const spy: typeof fetch = (input, init) => {
      octets = new Uint8Array(new Uint8Array((init!.body as Float32Array<ArrayBuffer>).buffer, 8, 16));
      return fetch(input, init);
    };
    return against([answer], async (client, { seen }) => {
      const points = new Float32Array([9, 9, 1, 2, 3, 4]).subarray(2);
      assertEquals(await client.stream("a/b").processPoints(points, { dims: 2 }), new Int32Array([7, -1]));
      assertEquals(octets, new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer));
      assertEquals(seen[0].url, "/api/v1/streams/a%2Fb/process_points?dims=2");
      assertEquals([seen[0].headers["content-type"], seen[0].headers["content-length"]], [
        "application/octet-stream",
        "16",
      ]);
    }, { fetch: spy });
  });

  it("answers ids where they are all that is asked for", () =>
    against([json({ cluster_ids: [0, 4] })], async (client, { seen }) => {
      assertEquals(await client.assign([[1], [2]], { detail: "ids" }), new Int32Array([0, 4]));
      assertEquals(seen[0].url, "/api/v1/assign?detail=ids");
    }));
});

describe("a retry", () => {
  it("sends the same key and body when the connection drops, and another key for another write", () =>
    against([drop, problem(502, "bad_gateway"), json([])], async (client, { seen }) => {
      await client.processPoints([[1]]);
      await client.processPoints([[2]]);
      assertEquals(seen.map(({ body }) => body), [...Array(3).fill('{"points":[[1]]}'), '{"points":[[2]]}']);
      const keys = seen.map(({ headers }) => headers["idempotency-key"]);
      assertEquals(new Set(keys.slice(0, 3)).size, 1);
      assert(keys[3] !== keys[0]);
    }));

  it("waits as long as Retry-After says, in seconds and as a date", () => {
    const soon = new Date(Date.now() + 2_500).toUTCString();
    return against(
      [
        problem(429, "rate_limited", { "retry-after": "1" }),
        problem(503, "overloaded", { "retry-after": soon }),
        json([]),
      ],
      async (client, { seen }) => {
        await client.processPoints([[1]]);
        assertGreaterOrEqual(seen[1].at_ms - seen[0].at_ms, 995);
        assertGreaterOrEqual(Date.now(), Date.parse(soon) - 5);
        assertEquals(seen.length, 3);
      },
    );
  });

  it("is not made when the request is at fault, or the server asks for a long rest", async () => {
    await against([problem(422, "not_finite")], async (client, { seen }) => {
      await assertRejects(() => client.processPoints([[1]]), ValidationError);
      assertEquals(seen.length, 1);
    });
    await against([problem(429, "rate_limited", { "retry-after": "3600" })], async (client, { seen }) => {
      const error = await assertRejects(() => client.processPoints([[1]]), RateLimitError);
      assertEquals([error.retryAfter_ms, seen.length], [3_600_000, 1]);
    });
  });

  it("ends after as many tries as were allowed", () =>
    against([problem(503, "overloaded")], async (client, { seen }) => {
      await assertRejects(() => client.algorithmStatus(), ProcessingError, "overloaded it is");
      assertEquals(seen.length, 3);
    }, { retries: 2 }));

  it("waits up to twice as long each time", () => {
    const { random } = Math;
    // At the upper end of the jitter the waits are their bounds.
    Math.random = () => 0.999;
    return against([problem(503, "overloaded")], async (client, { seen }) => {
      await assertRejects(() => client.algorithmStatus(), ProcessingError);
      const waits = seen.slice(1).map(({ at_ms }, at) => at_ms - seen[at].at_ms);
      waits.forEach((wait, at) => assert(wait >= 240 * 2 ** at && wait < 250 * 2 ** at + 200, `${waits}`));
    }, { retries: 2 }).finally(() => Math.random = random);
  });
});

describe("a deletion", () => {
  it("is done where its answer was lost and nothing is there any more", async () => {
    await against([drop, problem(404, "stream_not_found")], async (client, { seen }) => {
      await client.streams.delete("a");
      assertEquals(seen.length, 2);
    });
    await against([problem(404, "stream_not_found")], async (client) => {
      await assertRejects(() => client.streams.delete("a"), ValidationError);
    });
  });
});

describe("an address", () => {
  it("is refused at once where it is of no server", () => {
    for (const baseUrl of ["localhost:8000", "/api", "ws://localhost:8000"]) {
      assertThrows(() => new NeuroClusterClient({ baseUrl }), TypeError);
    }
  });
});

describe("an error", () => {
  it("is drawn from the problem document", () => {
    const errors = [{ pointer: "/points/0/1", code: "not_finite", detail: "no" }];
    return against([problem(422, "not_finite", {}, { errors, request_id: "r1" })], async (client) => {
      const error = await assertRejects(() => client.assign([[1, 2]]), ValidationError, "not_finite it is");
      assert(error instanceof NeuroClusterError);
      assertEquals([error.name, error.code, error.status, error.requestId], [
        "ValidationError",
        "not_finite",
        422,
        "r1",
      ]);
      assertEquals(error.errors, errors);
    });
  });

  it("has a class by its status, of a proxy's page too", async () => {
    const page: Act = (response) => void response.writeHead(500, { "x-request-id": "r2" }).end("<h1>Oh</h1>");
    await against([problem(403, "forbidden")], async (client) => {
      await assertRejects(() => client.assign([[1]]), AuthenticationError);
    });
    await against([page], async (client) => {
      const error = await assertRejects(() => client.assign([[1]]), ProcessingError, "500");
      assertEquals([error.code, error.requestId], ["http_500", "r2"]);
    }, { retries: 0 });
    await against([(response) => void response.writeHead(200).end("<h1>Hello</h1>")], async (client) => {
      assertEquals((await assertRejects(() => client.health(), ProcessingError)).code, "invalid_answer");
    });
  });

  it("says that nothing answers, or not in time", async () => {
    const server = await script(silence), client = new NeuroClusterClient({ baseUrl: server.url, retries: 0 });
    const error = await assertRejects(() => client.assign([[1]], { timeout_ms: 100 }), ConnectionError, "100 ms");
    assertEquals(error.code, "timeout");
    server.stop();
    assertEquals((await assertRejects(() => client.assign([[1]]), ConnectionError)).code, "connection");
  });

  it("is the signal's reason where the caller gives up, waiting between tries too", async () => {
    await against([silence], async (client) => {
      const leaving = new AbortController();
      setTimeout(() => leaving.abort(new RangeError("enough")), 50);
      await assertRejects(() => client.assign([[1]], { signal: leaving.signal }), RangeError, "enough");
    });
    await against([problem(503, "overloaded", { "retry-after": "30" })], async (client) => {
      const leaving = new AbortController(), began = performance.now();
      setTimeout(() => leaving.abort(new RangeError("enough")), 200);
      await assertRejects(() => client.assign([[1]], { signal: leaving.signal }), RangeError);
      assertLess(performance.now() - began, 5_000);
    });
  });

  it("is not made of a health that is bad", () =>
    against([json({ status: "unhealthy" }, 503)], async (client, { seen }) => {
      assertEquals([(await client.health()).status, seen.length], ["unhealthy", 1]);
    }));
});

describe("a session", () => {
  it("sends its token, renews it once for all who find it expired, and forgets it", async () => {
    let access = "first";
    const serve: Act = (response, seen) => {
      if (seen.url === "/auth/login") return json(TOKENS)(response, seen);
      if (seen.url === "/auth/refresh") return json({ ...RENEWED, access_token: access = "second" })(response, seen);
      const isKnown = seen.headers.authorization === `Bearer ${access}`;
      return isKnown ? json([])(response, seen) : problem(401, "token_expired")(response, seen);
    };
    await against([serve], async (client, { seen }) => {
      await client.login("admin", "a&b");
      assertEquals([seen[0].body, seen[0].headers["content-type"].split(";")[0]], [
        "username=admin&password=a%26b",
        "application/x-www-form-urlencoded",
      ]);
      access = "neither";
      await Promise.all([1, 2, 3].map((x) => client.processPoints([[x]])));
      assertEquals(seen.filter(({ url }) => url === "/auth/refresh").map(({ body }) => body), [
        '{"refresh_token":"again"}',
      ]);
      await client.logout();
      const { url, headers } = seen.at(-1)!;
      assertEquals([url, headers.authorization], ["/auth/logout", "Bearer second"]);
      await assertRejects(() => client.processPoints([[1]]), AuthenticationError);
      assertEquals(seen.at(-1)!.headers.authorization, undefined);
    });
  });

  it("ends where the refresh token is no good, with one try", () => {
    const serve: Act = (response, seen) =>
      (seen.url === "/auth/login" ? json(TOKENS) : problem(401, "token_revoked"))(response, seen);
    return against([serve], async (client, { seen }) => {
      await client.login("admin", "x");
      await assertRejects(() => client.assign([[1]]), AuthenticationError);
      assertEquals(seen.map(({ url }) => url), ["/auth/login", "/api/v1/assign", "/auth/refresh"]);
    });
  });

  it("is not begun by a password that is wrong, and the server is not pressed", () =>
    against([problem(429, "rate_limited", { "retry-after": "1" })], async (client, { seen }) => {
      await assertRejects(() => client.login("admin", "x"), RateLimitError);
      assertEquals(seen.length, 1);
    }));
});

describe("streams and keys", () => {
  it("have their verbs and paths", () =>
    against([json({ streams: [{ name: "a" }], api_keys: [] })], async (client, { seen }) => {
      assertEquals((await client.streams.list())[0].name, "a");
      await client.streams.create({ name: "a", dims: 2, parameters: { max_clusters: 9 } });
      await client.streams.get("a");
      await client.streams.update("a", { parameters: { outlier_threshold: 0.4 } });
      await client.streams.delete("a");
      await client.apiKeys.list();
      await client.apiKeys.create({ name: "k", scopes: ["read"] });
      await client.apiKeys.delete("id");
      await client.clustersSummary({ min_size: 2, limit: 1 });
      await client.snapshot();
      await client.restore(new Uint8Array([1]));
      await client.stream("b").merge(new Uint8Array([1]));
      assertEquals(seen.map(({ method, url }) => `${method} ${url}`), [
        "GET /api/v1/streams",
        "POST /api/v1/streams",
        "GET /api/v1/streams/a",
        "PATCH /api/v1/streams/a",
        "DELETE /api/v1/streams/a",
        "GET /auth/api-keys",
        "POST /auth/api-keys",
        "DELETE /auth/api-keys/id",
        "GET /api/v1/clusters_summary?min_size=2&limit=1",
        "GET /api/v1/streams/default/snapshot",
        "POST /api/v1/streams/default/snapshot",
        "POST /api/v1/streams/b/merge",
      ]);
      assertEquals(seen[1].body, '{"name":"a","dims":2,"parameters":{"max_clusters":9}}');
    }));
});
