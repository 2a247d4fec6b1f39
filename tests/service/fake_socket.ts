/** An app whose sockets are lists: what the service does with a socket, without one. */
import type { AppParts } from "../../src/service/mod.ts";
import type { LiveLimits } from "../../src/service/live/limits.ts";
import type { SocketHandlers } from "../../src/service/live/socket.ts";
import { createTestApp, type Json, type TestApp } from "./app.ts";

export const HANDSHAKE = {
  upgrade: "websocket",
  connection: "keep-alive, Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

export interface FakeSocket {
  handlers: SocketHandlers;
  /** Messages that the service sent. */
  sent: Json[];
  /** Octets that the service is told wait for the reader. */
  buffered: number;
  closed?: { code: number; reason: string };
  say(message: unknown): void;
  /** Resolves when so many messages were sent. */
  answers(count: number): Promise<Json[]>;
}

export interface SocketApp extends TestApp {
  connect(query?: string, headers?: Record<string, string>): Promise<FakeSocket>;
}

export function createSocketApp(
  set: { live?: Partial<LiveLimits>; also?: Partial<AppParts>; limits?: Parameters<typeof createTestApp>[0] } = {},
): SocketApp {
  let latest: SocketHandlers | undefined;
  const upgrade = (_: Request, handlers: SocketHandlers) => {
    latest = handlers;
    // A Response of status 101 cannot be made everywhere.
    return new Response(null, { status: 204 });
  };
  const app = createTestApp({ ...set.limits, more: { live: set.live, upgrade, ...set.also } });
  return {
    ...app,
    async connect(query = "?api_key=YOUR_API_KEY", headers = {}) {
      latest = undefined;
      const response = await app.request(`/ws/stream${query}`, {
        headers: { ...HANDSHAKE, "x-api-key": "", ...headers },
      });
      if (!latest) throw new Error(`${response.status} ${(await response.json()).code}`);
      return fakeSocket(latest);
    },
  };
}

function fakeSocket(handlers: SocketHandlers): FakeSocket {
  let wake = () => {};
  const fake: FakeSocket = {
    handlers,
    sent: [],
    buffered: 0,
    say: (message) => handlers.received(message instanceof ArrayBuffer ? message : JSON.stringify(message)),
    async answers(count) {
      while (fake.sent.length < count) await new Promise<void>((resolve) => wake = resolve);
      return fake.sent;
    },
  };
  handlers.opened({
    send(text) {
      fake.sent.push(JSON.parse(text));
      wake();
    },
    close(code, reason) {
      fake.closed = { code, reason };
      handlers.closed();
    },
    buffered: () => fake.buffered,
  });
  return fake;
}
