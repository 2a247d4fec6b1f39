/** Clients of the real servers' sockets: one that behaves, and one that never reads. */
import { connect, type Socket } from "node:net";
import type { Json } from "./app.ts";
import { HANDSHAKE } from "./fake_socket.ts";
import type { Server } from "./processes.ts";

export interface Client {
  say(message: unknown): void;
  /** The next so many answers, in order. */
  answers(count: number): Promise<Json[]>;
  /** The code that the socket was closed with. */
  closed: Promise<number>;
}

/** Connects as the developer. */
export async function connectSocket(server: Pick<Server, "url">, query = ""): Promise<Client> {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws/stream?api_key=YOUR_API_KEY${query}`);
  const received: Json[] = [];
  let wake = () => {};
  socket.onmessage = ({ data }) => {
    received.push(JSON.parse(data));
    wake();
  };
  const closed = new Promise<number>((resolve) => socket.onclose = ({ code }) => resolve(code));
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    closed.then(reject);
  });
  return {
    closed,
    say: (message) => socket.send(message instanceof ArrayBuffer ? message : JSON.stringify(message)),
    async answers(count) {
      while (received.length < count) await new Promise<void>((resolve) => wake = resolve);
      return received.splice(0, count);
    },
  };
}

/** Sends the head of a request and then reads nothing. */
export function connectDeaf(port: number, path: string, headers: Record<string, string>): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const lines = Object.entries({ Host: "localhost", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = connect(port, "127.0.0.1", () => {
      socket.pause();
      socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
      resolve(socket);
    });
    socket.on("error", reject);
  });
}

export function connectDeafSocket(port: number): Promise<Socket> {
  return connectDeaf(port, "/ws/stream?api_key=YOUR_API_KEY", HANDSHAKE);
}

/** A message as a client frames it (RFC 6455, 5.2), masked with zeros. */
export function frameOfText(text: string): Uint8Array {
  const body = new TextEncoder().encode(text);
  const frame = new Uint8Array(14 + body.length);
  frame[0] = 0x81;
  frame[1] = 0x80 | 127;
  new DataView(frame.buffer).setUint32(6, body.length);
  frame.set(body, 14);
  return frame;
}
