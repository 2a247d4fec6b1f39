/** Server-sent events: how they are read, and taken up again. */
import { describe, it } from "node:test";
import { assertEquals, assertRejects } from "@std/assert";
import {
  AuthenticationError,
  ConnectionError,
  type FollowOptions,
  NeuroClusterClient,
} from "../../sdk/js/src/index.ts";
import { type Act, drop, problem, script, silence } from "./scripted.ts";

/** Sends pieces of a stream of events, each on its own, then ends, drops or goes silent. */
const stream = (pieces: (string | Uint8Array)[], end: "end" | "destroy" | "stay"): Act => async (response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const piece of pieces) {
    response.write(piece);
    await new Promise((next) => setTimeout(next, 20));
  }
  if (end !== "stay") response[end]();
};

const event = (sequence: number) => `id: ${sequence}\nevent: born\ndata: {"sequence":${sequence},"type":"born"}\n\n`;

/** The sequences of the first events; the Last-Event-IDs that the server saw. */
async function follow(acts: Act[], count: number, options: FollowOptions = {}) {
  const server = await script(...acts), sequences: number[] = [];
  try {
    const client = new NeuroClusterClient({ baseUrl: server.url });
    for await (const { sequence } of client.stream("s").events(options)) if (sequences.push(sequence) === count) break;
  } finally {
    server.stop();
  }
  const [{ url, headers }] = server.seen;
  assertEquals([url, headers.accept], ["/api/v1/streams/s/events", "text/event-stream"]);
  return { sequences, last: server.seen.map((request) => request.headers["last-event-id"]) };
}

describe("events", () => {
  it("are read whatever pieces they come in", async () => {
    const octets = new TextEncoder().encode(
      `: hello\r\n\r\nid: 1\r\ndata: {"sequence":1,\r\ndata:"type":"bórn"}\r\n\r\n${event(2)}`,
    );
    const pieces = Array.from(octets, (octet) => new Uint8Array([octet]));
    const cut = [...pieces.slice(0, 12), octets.slice(12, 20), ...pieces.slice(20, 50), octets.slice(50)];
    assertEquals((await follow([stream(cut, "stay")], 2)).sequences, [1, 2]);
  });

  it("go on after the last that came when the connection ends, drops or falls silent", async () => {
    const { sequences, last } = await follow(
      [
        stream([event(4)], "end"),
        problem(503, "overloaded"),
        drop,
        stream([event(5), event(6)], "destroy"),
        stream([": nothing yet\n\n"], "stay"),
        stream([event(7)], "stay"),
      ],
      4,
      { after: 3, idle_ms: 200 },
    );
    assertEquals(sequences, [4, 5, 6, 7]);
    assertEquals(last, ["3", "4", "4", "4", "6", "6"]);
  });

  it("end with an error where asking again is of no use, or was tried often enough", async () => {
    await assertRejects(() => follow([problem(401, "token_expired")], 1), AuthenticationError);
    await assertRejects(() => follow([drop], 1, { reconnects: 2 }), ConnectionError);
    await assertRejects(() => follow([stream([], "end")], 1, { reconnects: 1 }), ConnectionError, "no event came");
  });

  it("end with the signal's reason", async () => {
    for (const act of [silence, stream([event(1)], "stay")]) {
      const leaving = new AbortController();
      setTimeout(() => leaving.abort(new RangeError("enough")), 100);
      await assertRejects(() => follow([act], 2, { signal: leaving.signal }), RangeError, "enough");
    }
  });
});
