/** Points over a WebSocket: order, back-pressure, loss, connecting again. */
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  AuthenticationError,
  type ClusterUpdate,
  ConnectionError,
  NeuroClusterClient,
  type Socket,
  type SocketOptions,
  ValidationError,
} from "../../sdk/js/src/index.ts";
import { accept, type Peer } from "./frames.ts";
import { drop, json, problem, script } from "./scripted.ts";

// deno-lint-ignore no-explicit-any
type Said = any;

/** Connects to a server that does so with every message; `urls` are of the upgrades. */
async function connected(
  onMessage: (said: Said, peer: Peer, connection: number) => void,
  options: SocketOptions,
  work: (socket: Socket, urls: string[]) => Promise<void>,
) {
  const server = await script(drop), urls: string[] = [];
  server.onUpgrade = (request, tcp) => {
    const connection = urls.push(request.url!);
    accept(
      request,
      tcp,
      (data, peer) => onMessage(typeof data === "string" ? JSON.parse(data) : data, peer, connection),
    );
  };
  try {
    const socket = await new NeuroClusterClient({ baseUrl: server.url, apiKey: "k" }).connect(options);
    await work(socket, urls);
  } finally {
    server.stop();
  }
}

const answer = ({ id }: Said, peer: Peer) => peer.say({ type: "cluster_update", id, cluster_ids: [1] });

describe("connect", () => {
  it("names stream, dims and key, and answers each batch in order", () => {
    const updates: ClusterUpdate[] = [], said: Said[] = [];
    const serve = (message: Said, peer: Peer) => {
      said.push(message);
      if (message instanceof Uint8Array) peer.say({ type: "cluster_update", cluster_ids: [7] });
      else if (message.type === "status_request") {
        peer.say({ type: "algorithm_status", id: message.id, is_ready: true });
      } else answer(message, peer);
    };
    return connected(
      serve,
      { stream: "s", dims: 2, onUpdate: (update) => updates.push(update) },
      async (socket, urls) => {
        await socket.send([[1, 2]]);
        await socket.send(new Float32Array([1, 2]));
        assertEquals((await socket.process([[3, 4]])).cluster_ids, [1]);
        assertEquals((await socket.status()).is_ready, true);
        await socket.close();
        assertEquals(urls, ["/ws/stream?api_key=k&stream=s&dims=2"]);
        assertEquals(updates.map(({ cluster_ids }) => cluster_ids), [[1], [7], [1]]);
        assertEquals([said[0].type, said[0].points, said[1]], [
          "batch",
          [[1, 2]],
          new Uint8Array(new Float32Array([1, 2]).buffer),
        ]);
      },
    );
  });

  it("waits with a send while too many points are under way", () => {
    const held: [Said, Peer][] = [];
    return connected((said, peer) => held.push([said, peer]), { pointsInFlight: 4 }, async (socket) => {
      let sent = 0;
      for (const batch of [[[1], [2]], [[3], [4]], [[5]]]) socket.send(batch).then(() => sent++);
      await sleep(100);
      assertEquals([sent, held.length], [2, 2]);
      answer(...held[0]);
      await sleep(100);
      assertEquals([sent, held.length], [3, 3]);
      held.slice(1).forEach((one) => answer(...one));
      await socket.close();
    });
  });

  it("takes a batch that is larger than what may be under way", () =>
    connected(answer, { pointsInFlight: 1 }, async (socket) => {
      await socket.send([[1], [2], [3]]);
      await socket.close();
    }));

  it("throws what the server finds wrong: from process at once, of a send from the next call", () => {
    const refuse = ({ id }: Said, peer: Peer) =>
      peer.say({ type: "error", code: "not_finite", detail: "no number", id });
    return connected(refuse, {}, async (socket) => {
      const error = await assertRejects(() => socket.process([[1]]), ValidationError, "no number");
      assertEquals(error.code, "not_finite");
      await socket.send([[1]]);
      await assertRejects(() => socket.drain(), ValidationError, "no number");
      await socket.close();
    });
  });

  it("connects again when it is dropped, tells of what was not answered, and sends that never twice", () => {
    const said: number[] = [], errors: Error[] = [];
    const serve = (message: Said, peer: Peer, connection: number) => {
      said.push(message.points[0][0]);
      if (connection === 1 && said.length === 2) peer.drop();
      else answer(message, peer);
    };
    return connected(serve, { onError: (error) => errors.push(error) }, async (socket, urls) => {
      await socket.process([[1]]);
      await socket.send([[2]]);
      await socket.drain();
      await socket.process([[3]]);
      await socket.close();
      assertEquals([said, urls.length, errors.length], [[1, 2, 3], 2, 1]);
      assertInstanceOf(errors[0], ConnectionError);
    });
  });

  it("is over once it is closed or its signal says so: nothing connects again", async () => {
    await connected(answer, {}, async (socket, urls) => {
      await socket.process([[1]]);
      await socket.close();
      assertEquals((await assertRejects(() => socket.process([[2]]), ConnectionError)).code, "closed");
      assertEquals(urls.length, 1);
    });
    const leaving = new AbortController();
    await connected(answer, { signal: leaving.signal }, async (socket, urls) => {
      await socket.process([[1]]);
      leaving.abort(new RangeError("enough"));
      await sleep(50);
      await assertRejects(() => socket.process([[2]]), RangeError);
      assertEquals(urls.length, 1);
    });
    const client = new NeuroClusterClient({ baseUrl: "http://127.0.0.1:1" });
    await assertRejects(() => client.connect({ signal: leaving.signal }), RangeError);
  });

  it("says that nothing answers, and who is not let in: the server is asked by other means", async () => {
    const server = await script(json({}), json({}), problem(401, "unauthorized"));
    server.onUpgrade = (_, tcp) => tcp.destroy();
    try {
      const client = new NeuroClusterClient({ baseUrl: server.url, retries: 1 });
      await assertRejects(() => client.connect(), ConnectionError);
      assertEquals(server.seen[0].url, "/api/v1/streams/default/algorithm_status");
      await assertRejects(() => client.connect(), AuthenticationError);
      assertEquals(server.seen.length, 3);
    } finally {
      server.stop();
    }
    await connected((_, peer) => peer.close(1008), {}, async (refused) => {
      await assertRejects(() => refused.process([[1]]), AuthenticationError);
    });
  });

  it("renews a session that has expired", async () => {
    let access = "first";
    const server = await script((response, seen) => {
      if (seen.url.startsWith("/auth/")) {
        access = seen.url.endsWith("login") ? "first" : "second";
        return json({ access_token: access, refresh_token: "r", token_type: "bearer", expires_in: 1 })(response, seen);
      }
      const isKnown = seen.headers.authorization === "Bearer second";
      return isKnown ? json({})(response, seen) : problem(401, "token_expired")(response, seen);
    });
    server.onUpgrade = (request, tcp) => {
      if (request.url!.includes("token=second")) {
        accept(request, tcp, (said, peer) => answer(JSON.parse(`${said}`), peer));
      } else tcp.destroy();
    };
    try {
      const client = new NeuroClusterClient({ baseUrl: server.url });
      await client.login("admin", "x");
      const socket = await client.connect();
      assertEquals((await socket.process([[1]])).cluster_ids, [1]);
      await socket.close();
    } finally {
      server.stop();
    }
  });
});
