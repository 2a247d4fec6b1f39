/** A server that does as it is told, on a real socket of this machine: for what the real one does only when it is ill. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A request as it came. */
export interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Milliseconds since the server began. */
  at_ms: number;
}

/** Answers one request; `response.destroy()` drops the connection. */
export type Act = (response: ServerResponse, seen: Seen) => void;

export interface Scripted {
  url: string;
  seen: Seen[];
  onUpgrade?: (request: IncomingMessage, socket: Socket) => void;
  stop(): void;
}

/** Starts a server that answers its first request by the first act, and so on; the last act answers all that follow. */
export async function script(...acts: Act[]): Promise<Scripted> {
  const seen: Seen[] = [], began = performance.now();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const headers = request.headers as Record<string, string>;
    const { method, url } = request as { method: string; url: string };
    const act = acts[Math.min(seen.length, acts.length - 1)];
    seen.push({ method, url, headers, body, at_ms: performance.now() - began });
    act(response, seen.at(-1)!);
  });
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const scripted: Scripted = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    stop() {
      server.close();
      sockets.forEach((socket) => socket.destroy());
    },
  };
  server.on("upgrade", (request, socket) => scripted.onUpgrade?.(request, socket as Socket));
  return scripted;
}

/** Answers JSON. */
export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Act => (response) =>
  void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));

/** Answers a problem document. */
export const problem = (status: number, code: string, headers: Record<string, string> = {}, more: object = {}): Act =>
  json(
    { type: `urn:ncs:problem:${code}`, title: code, status, detail: `${code} it is`, code, ...more },
    status,
    headers,
  );

/** Drops the connection without an answer. */
export const drop: Act = (response) => void response.destroy();

/** Never answers. */
export const silence: Act = () => {};
