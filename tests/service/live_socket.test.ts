/** What the service does with the messages of a socket. */
import { describe, it } from "node:test";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { MemoryStore } from "../../src/store/mod.ts";
import { Problem } from "../../src/service/http/problem.ts";
import { blobs, toRows } from "../kernel.ts";
import { createTestApp, type Json } from "./app.ts";
import { Switch } from "./switch.ts";
import { createSocketApp, HANDSHAKE } from "./fake_socket.ts";

const ROWS = toRows(blobs(600, 3), 3);

/** A store that keeps writes when it is told to. */
class HeldStore extends MemoryStore {
  release = () => {};
  #held = new Promise<void>((resolve) => this.release = resolve);

  override async append(entries: Parameters<MemoryStore["append"]>[0]): Promise<void> {
    await this.#held;
    await super.append(entries);
  }
}

const idsOf = (answers: Json[]) => answers.flatMap(({ results }) => results.map((result: Json) => result.cluster_id));

describe("GET /ws/stream", () => {
  it("learns points and batches as HTTP does, and answers in order", async () => {
    const http = createTestApp();
    const expected = [
      ...await (await http.post("/api/v1/process_points", { points: [ROWS[0]] })).json(),
      ...await (await http.post("/api/v1/process_points", { points: ROWS.slice(1, 500) })).json(),
      ...await (await http.post("/api/v1/process_points", { points: [ROWS[500]] })).json(),
    ];
    const app = createSocketApp();
    const socket = await app.connect();
    socket.say({ type: "point", point: ROWS[0], id: "a" });
    socket.say({ type: "batch", points: ROWS.slice(1, 500), id: 2 });
    socket.say({ type: "point", point: ROWS[500] });
    const answers = await socket.answers(3);
    assertEquals(answers.map(({ type, id }) => [type, id]), [
      ["cluster_update", "a"],
      ["cluster_update", 2],
      ["cluster_update", undefined],
    ]);
    assertEquals(answers.flatMap(({ results }) => results), expected);
    await Promise.all([http.close(), app.close()]);
  });

  it("takes octets, with dims in the query or of the stream, and tells the status after what came before", async () => {
    const app = createSocketApp();
    const socket = await app.connect("?token=...&stream=default&dims=3");
    socket.say(new Float32Array([1, 2, 3, 1, 2, 3]).buffer);
    socket.say({ type: "status_request", id: 7 });
    const [update, status] = await socket.answers(2);
    assertEquals(update, { type: "cluster_update", cluster_ids: [0, 0] });
    assertEquals([status.type, status.id, status.total_points_processed], ["algorithm_status", 7, 2]);
    const { type: _, id: __, ...fields } = status;
    assertEquals(fields, await app.get("/api/v1/algorithm_status"));
    const other = await app.connect();
    other.say(new Float32Array([1, 2, 3]).buffer);
    assertEquals((await other.answers(1))[0].cluster_ids, [0]);
    await app.close();
  });

  it("answers what it cannot take with the codes of HTTP, and changes nothing", async () => {
    const app = createSocketApp({ limits: { limits: { bodyBytesMax: 2000, jsonPointsMax: 5 } } });
    const socket = await app.connect();
    const octets = new Float32Array([1, 2, 3]).buffer;
    socket.say(octets);
    socket.say({ type: "point", point: [1, 2, 3] });
    socket.handlers.received("{");
    const bad: [unknown, string, string?][] = [
      [[1], "invalid_body", ""],
      [{ type: "other" }, "invalid_body", "/type"],
      [{ type: "point" }, "invalid_body", "/point"],
      [{ type: "point", point: [1, "x", 3] }, "not_a_number", "/point/1"],
      [{ type: "point", point: [1, 2] }, "dims_mismatch", "/point"],
      [{ type: "batch", points: [] }, "empty_batch", "/points"],
      [{ type: "batch", points: [[1, 2, 3], [1, 2]] }, "ragged_rows", "/points/1"],
      [{ type: "batch", points: Array(6).fill([1, 2, 3]) }, "too_many_points", "/points"],
      [{ type: "point", point: [1, 2, 3], id: {} }, "invalid_body", "/id"],
      [{ type: "point", point: [1, 2, 3], more: " ".repeat(2000) }, "body_too_large"],
      [octets.slice(0, 7), "dims_mismatch", "/points"],
    ];
    bad.forEach(([message]) => socket.say(message));
    socket.say({ type: "status_request" });
    const answers = await socket.answers(bad.length + 4);
    assertEquals(answers.slice(0, 3).map(({ type, code }) => [type, code]), [
      ["error", "invalid_parameter"],
      ["cluster_update", undefined],
      ["error", "invalid_json"],
    ]);
    assertEquals(
      answers.slice(3, -1).map(({ type, code, errors }) => [type, code, errors?.[0].pointer]),
      bad.map(([, code, pointer]) => ["error", code, pointer]),
    );
    assertEquals(answers.at(-1).total_points_processed, 1);
    assertEquals([answers.at(-1).error_count, answers.at(-1).error_rate], [bad.length + 2, 13 / 14]);
    assertEquals(socket.closed, undefined);
    await app.close();
  });

  it("acknowledges nothing before the journal has it, and bounds what is under way", async () => {
    const store = new HeldStore();
    const app = createSocketApp({ live: { messagesMax: 4, unansweredMax: 7 }, limits: { store } });
    const socket = await app.connect();
    for (let id = 0; id < 6; id++) socket.say({ type: "point", point: [1, 2, 3], id });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assertEquals(socket.sent, []);
    store.release();
    const answers = await socket.answers(6);
    assertEquals(answers.map(({ id, type, code }) => [id, code ?? type]), [
      ...[0, 1, 2, 3].map((id) => [id, "cluster_update"]),
      ...[4, 5].map((id) => [id, "overloaded"]),
    ]);
    assertEquals(answers[4].retry_after_seconds, 1);
    assertEquals((await app.get("/api/v1/algorithm_status")).total_points_processed, 4);
    for (let id = 0; id < 8; id++) socket.say({ type: "point", point: [1, 2, 3], id });
    assertEquals(socket.closed?.code, 1013);
    await app.close();
  });

  it("closes a socket whose answers are not read, or that says only nonsense", async () => {
    const app = createSocketApp({ live: { malformedMax: 5 } });
    const deaf = await app.connect();
    deaf.buffered = 2 ** 30;
    deaf.say({ type: "point", point: [1, 2, 3] });
    const mad = await app.connect();
    for (let at = 0; at < 4; at++) mad.say({ type: at });
    mad.say({ type: "point", point: [1, 2, 3] });
    for (let at = 0; at < 4; at++) mad.say({ type: at });
    await mad.answers(9);
    assertEquals([deaf.closed?.code, deaf.sent, mad.closed], [1013, [], undefined]);
    mad.say({});
    await mad.answers(10);
    await new Promise((resolve) => setTimeout(resolve, 0));
    assertEquals(mad.closed?.code, 1008);
    await app.close();
  });

  it("counts messages against the rate limit", async () => {
    let left = 3;
    const limiter = {
      take: () => {
        if (left-- > 0) return {};
        throw new Problem("rate_limited", "too many", undefined, { "retry-after": "9" });
      },
    };
    const app = createSocketApp({ also: { limiter } });
    const socket = await app.connect();
    for (let id = 0; id < 3; id++) socket.say({ type: "point", point: [1, 2, 3], id });
    const answers = await socket.answers(3);
    assertEquals(answers.map(({ code, retry_after_seconds }) => [code, retry_after_seconds]), [
      [undefined, undefined],
      [undefined, undefined],
      ["rate_limited", 9],
    ]);
    await app.close();
  });

  it("refuses who may not connect, with a problem document", async () => {
    const app = createSocketApp({ live: { socketsMax: 1 } });
    const refused = async (query: string, headers: Record<string, string>) => {
      const response = await app.request(`/ws/stream${query}`, { headers: { "x-api-key": "", ...headers } });
      assertEquals(response.headers.get("content-type"), "application/problem+json");
      return [response.status, (await response.json()).code];
    };
    assertEquals(await refused("?api_key=YOUR_API_KEY", {}), [426, "upgrade_required"]);
    assertEquals(await refused("?api_key=wrong", HANDSHAKE), [401, "invalid_credentials"]);
    assertEquals(await refused("", HANDSHAKE), [401, "invalid_credentials"]);
    const foreign = { ...HANDSHAKE, origin: "http://elsewhere.example" };
    assertEquals(await refused("?api_key=YOUR_API_KEY", foreign), [403, "forbidden"]);
    assertEquals(await refused("?api_key=YOUR_API_KEY&stream=none", HANDSHAKE), [404, "stream_not_found"]);
    assertEquals(await refused("?api_key=YOUR_API_KEY&dim=3", HANDSHAKE), [422, "invalid_parameter"]);
    await app.connect("?api_key=YOUR_API_KEY", { origin: "http://test" });
    assertEquals(await refused("?api_key=YOUR_API_KEY", HANDSHAKE), [503, "overloaded"]);
    await app.close();
  });

  it("takes pages of any origin where all may ask", async () => {
    const app = createSocketApp({ limits: { config: { allowedOrigins: ["*"] } } });
    await app.connect("?api_key=YOUR_API_KEY", { origin: "http://elsewhere.example" });
    await app.close();
  });

  it("refuses who may only read, or may not touch the stream", async () => {
    const reader = { kind: "key", id: "key:1", name: "reader", scopes: ["read"], streams: null } as const;
    const writer = { ...reader, scopes: ["write"], streams: ["sensors"] } as const;
    for (const [principal, part] of [[reader, "scope write"], [writer, "default"]] as const) {
      const app = createSocketApp({ also: { authenticator: { authenticate: () => principal } } });
      const response = await app.request("/ws/stream", { headers: HANDSHAKE });
      assertEquals(response.status, 403);
      assertStringIncludes((await response.json()).detail, part);
      await app.close();
    }
  });

  it("ends within a check when the credentials hold no more; what is not begun is not learned", async () => {
    const authenticator = new Switch();
    const app = createSocketApp({ live: { check_ms: 5 }, also: { authenticator } });
    const socket = await app.connect();
    authenticator.holds = false;
    while (!socket.closed) await new Promise((resolve) => setTimeout(resolve, 5));
    assertEquals(socket.closed.code, 1008);
    socket.say({ type: "point", point: [1, 2, 3] });
    authenticator.holds = true;
    assertEquals((await app.get("/api/v1/algorithm_status")).total_points_processed, 0);
    await app.close();
  });

  it("does not keep the server from stopping when its client was told to go and does not", async () => {
    const app = createSocketApp({ live: { unansweredMax: 4, closing_ms: 20 } });
    const { handlers, say } = await app.connect();
    let closed: number | undefined;
    handlers.opened({ send: () => {}, close: (code) => closed = code, buffered: () => 0 });
    for (let index = 0; index < 5; index++) say({ type: "point", point: [1, 2, 3] });
    assertEquals(closed, 1013);
    const late = new Promise<string>((resolve) => setTimeout(resolve, 2000, "still there"));
    assertEquals(await Promise.race([app.endLive(), late]), undefined);
    await app.close();
  });

  it("answers what is under way when the server stops, then closes with 1001", async () => {
    const store = new HeldStore();
    const app = createSocketApp({ limits: { store } });
    const socket = await app.connect();
    for (const row of ROWS.slice(0, 50)) socket.say({ type: "point", point: row });
    const ended = app.endLive();
    socket.say({ type: "point", point: ROWS[50] });
    assertEquals(socket.closed, undefined);
    store.release();
    await ended;
    assertEquals([socket.sent.length, idsOf(socket.sent).length, socket.closed?.code], [50, 50, 1001]);
    assert(await app.connect().then(() => false, ({ message }) => message === "503 overloaded"));
    await app.close();
  });
});
