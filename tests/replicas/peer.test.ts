/** A question to another replica ends, whatever becomes of the other. */
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { after, before, describe, it } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Exchange } from "../../src/service/http/exchange.ts";
import { Peer, Unanswered } from "../../src/service/replicas/peer.ts";
import { freePort } from "../../deploy/local/wait.ts";

const exchange = { principal: {}, address: "10.0.0.1", requestId: "asked-1" } as Exchange;
const question = { method: "GET", target: "/api/v1/clusters_summary", headers: {} };

describe("a replica that takes connections and never answers", () => {
  let deaf: Server, url: string;

  before(async () => {
    deaf = createServer().listen(0, "127.0.0.1");
    await once(deaf, "listening");
    url = `http://127.0.0.1:${(deaf.address() as { port: number }).port}`;
  });
  after(() => {
    deaf.close();
  });

  const peer = (end: AbortSignal, answer_ms?: number) =>
    new Peer({ id: "r", url, secret: "s", isLeaving: false, streams: 0 }, end, answer_ms);

  it("is waited for so long and no longer; it may have acted", async () => {
    const began = performance.now();
    const { mayHaveActed } = await assertRejects(
      () => peer(new AbortController().signal, 300).ask(exchange, question),
      Unanswered,
    );
    assert(mayHaveActed);
    assert(performance.now() - began < 5000);
  });

  it("is given up when its lease is over", async () => {
    const end = new AbortController();
    const asked = peer(end.signal).ask(exchange, question);
    end.abort();
    await assertRejects(() => asked, Unanswered);
  });

  it("has surely not acted where no connection was made", async () => {
    const gone = new Peer(
      { id: "r", url: `http://127.0.0.1:${await freePort()}`, secret: "s", isLeaving: false, streams: 0 },
      new AbortController().signal,
    );
    const { mayHaveActed } = await assertRejects(() => gone.ask(exchange, question), Unanswered);
    assertEquals(mayHaveActed, false);
  });
});
