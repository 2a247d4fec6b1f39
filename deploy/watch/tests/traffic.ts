/** What real callers do, and what they should not: enough of it that each panel has something to show. */
import { pause } from "../../../tests/durability/load.ts";
import { EventReader } from "../../../tests/service/event_stream.ts";
import { KEY } from "../../../tests/service/processes.ts";
import { connectSocket } from "../../../tests/service/sockets.ts";

const STREAMS = ["default", "sensors", "orders"];
const OCTETS = { "content-type": "application/octet-stream" };
const JSON_HEADS = { "content-type": "application/json" };

/** Sends to the servers in turn until it is stopped. */
export class Traffic {
  #isOver = false;
  #ends: Promise<void>[] = [];
  #turn = 0;

  constructor(readonly servers: { url: string }[], readonly admin: { username: string; password: string }) {}

  async start(): Promise<void> {
    for (const name of [...STREAMS.slice(1), "wide"]) await this.#ask("streams", post(JSON.stringify({ name })));
    // So many octets that a snapshot is kept.
    const body = Float32Array.from({ length: 4_500_000 }, (_, index) => index % 7);
    await this.#ask("streams/wide/process_points?dims=100", { method: "POST", headers: OCTETS, body });
    const reader = new EventReader(await this.#ask("events", { headers: { accept: "text/event-stream" } }));
    const socket = await connectSocket(this.servers[0]);
    socket.say({ type: "point", point: [1, 2, 3] });
    this.#ends.push(this.#repeat(400, (round) => this.#points(round)), this.#repeat(1500, () => this.#account()));
    this.#ends.push(this.#repeat(2000, () => this.#strangers()));
    this.#close = () => void reader.close().catch(() => {});
  }

  #close = () => {};

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#close();
    await Promise.all(this.#ends);
  }

  /** Failed sign-ins: names that are not there, then one again and again. */
  async attack(): Promise<void> {
    for (let count = 0; count < 80; count++) await this.#signIn(count < 10 ? `guess-${count}` : "guess", "wrong");
  }

  /** Asks until it is told that it asks too much. */
  async flood(): Promise<void> {
    for (let status = 0; status !== 429;) status = await this.#status("streams", { headers: { "x-api-key": "wrong" } });
    for (let count = 0; count < 60; count++) await this.#status("streams", { headers: { "x-api-key": "wrong" } });
  }

  async #repeat(every_ms: number, act: (round: number) => Promise<unknown>): Promise<void> {
    for (let round = 0; !this.#isOver; round++) {
      // A store that is stopped by the test refuses some of it.
      await act(round).catch(() => {});
      await pause(every_ms);
    }
  }

  /** Three clusters that move every twenty rounds, and now and then a point far from all. */
  async #points(round: number): Promise<void> {
    const stream = STREAMS[round % STREAMS.length], place = Math.floor(round / 20) * 40;
    const points = Array.from({ length: 300 }, (_, index) => {
      const centre = place + index % 3 * 10, far = index % 100 === 99 ? 500 + 100 * Math.random() : 0;
      return [centre, -centre, centre / 2].map((value) => value + far + Math.random());
    });
    const body = Float32Array.from(points.flat());
    await this.#ask(`streams/${stream}/process_points?dims=3`, { method: "POST", headers: OCTETS, body });
    if (round % 3 === 0) await this.#ask(`streams/${stream}/assign`, post(JSON.stringify({ points })));
    if (round % 5 === 0) await this.#ask("process_batch", post(JSON.stringify({ points })));
    if (round % 7 === 0) await this.#ask("process_points", post("{"));
  }

  /** Signs in, makes and deletes a key, takes a state and brings it back, refreshes twice, signs out. */
  async #account(): Promise<void> {
    const signedIn = await this.#signIn(this.admin.username, this.admin.password);
    const { access_token, refresh_token } = await signedIn.json();
    const heads = { headers: { authorization: `Bearer ${access_token}` } };
    const asked = post(JSON.stringify({ name: "test", scopes: ["read"] }), heads.headers);
    const { id, api_key } = await (await this.#auth("api-keys", asked)).json();
    await this.#status("process_points", post('{"points": [[1, 2, 3]]}', { "x-api-key": api_key }));
    const state = await (await this.#ask("streams/orders/snapshot", heads)).arrayBuffer();
    await this.#status("streams/orders/merge", {
      method: "POST",
      headers: { ...heads.headers, ...OCTETS },
      body: state,
    });
    await this.#auth(`api-keys/${id}`, { method: "DELETE", ...heads });
    for (let count = 0; count < 2; count++) await this.#auth("refresh", post(JSON.stringify({ refresh_token }), {}));
    await this.#auth("logout", { method: "POST", ...heads });
  }

  async #strangers(): Promise<void> {
    await this.#status("no/such/path", {});
    await this.#status("process_points", post("{}", { "x-api-key": "wrong" }));
  }

  #signIn(username: string, password: string): Promise<Response> {
    return this.#auth("login", { method: "POST", body: new URLSearchParams({ username, password }) });
  }

  #auth(path: string, init: RequestInit): Promise<Response> {
    return fetch(`${this.#next().url}/auth/${path}`, init);
  }

  #ask(path: string, init: RequestInit): Promise<Response> {
    return fetch(`${this.#next().url}/api/v1/${path}`, { ...init, headers: { ...KEY, ...init.headers } });
  }

  async #status(path: string, init: RequestInit): Promise<number> {
    const response = await this.#ask(path, init);
    await response.body?.cancel();
    return response.status;
  }

  #next(): { url: string } {
    return this.servers[this.#turn++ % this.servers.length];
  }
}

function post(body: string, headers: Record<string, string> = KEY): RequestInit {
  return { method: "POST", headers: { ...JSON_HEADS, ...headers }, body };
}
