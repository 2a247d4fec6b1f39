/** The server on Bun. */
import process from "node:process";
import { processSeconds } from "./processor.ts";
import type { SocketHandlers } from "../service/mod.ts";
import { run } from "./run.ts";

/** The part of Bun that is used here; so the types of Bun need not be installed. */
declare const Bun: {
  file(url: URL): { arrayBuffer(): Promise<ArrayBuffer> };
  serve(options: {
    port: number;
    hostname: string;
    fetch: (request: Request, server: BunServer) => Promise<Response | undefined>;
    websocket: {
      idleTimeout: number;
      sendPings: boolean;
      maxPayloadLength: number;
      backpressureLimit: number;
      open(socket: BunSocket): void;
      message(socket: BunSocket, data: string | Uint8Array<ArrayBuffer>): void;
      close(socket: BunSocket): void;
    };
    development: boolean;
    reusePort: boolean;
    maxRequestBodySize: number;
    idleTimeout: number;
  }): BunServer;
};

interface BunServer {
  port: number;
  requestIP(request: Request): { address: string } | null;
  stop(): Promise<void>;
  /** Whether the connection is a WebSocket from now on; then the request needs no answer. */
  upgrade(request: Request, options: { data: SocketHandlers }): boolean;
}

interface BunSocket {
  data: SocketHandlers;
  send(text: string): number;
  close(code: number, reason: string): void;
  getBufferedAmount(): number;
}

let server: BunServer;

await run({
  args: process.argv.slice(2),
  env: (name) => process.env[name],
  readKernel: () => Bun.file(new URL("../../build/ncs.wasm", import.meta.url)).arrayBuffer(),
  listen(fetch, { port, host }) {
    server = Bun.serve({
      port,
      hostname: host,
      // HTTP/1.0 need not say its host: Bun then gives the path alone as the URL.
      async fetch(request, server) {
        const whole = request.url.startsWith("/") ? new Request(`http://localhost${request.url}`, request) : request;
        const response = await fetch(whole, {
          get address() {
            return server.requestIP(request)?.address;
          },
        });
        return response.status === 101 ? undefined : response;
      },
      // Else a failure is answered by a page that shows the source.
      development: false,
      // Which would let a second server share the port in silence.
      reusePort: false,
      // The service limits bodies itself, with a problem document.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      // Seconds; the default of 10 cuts slow uploads.
      idleTimeout: 120,
      websocket: {
        // Seconds; Bun pings before they are over, and gives up who does not answer.
        idleTimeout: 60,
        sendPings: true,
        // As on Deno.
        maxPayloadLength: 64 * 2 ** 20,
        // The service looks at what waits itself; beyond this Bun would drop answers in silence.
        backpressureLimit: 2 ** 30,
        open: (socket) =>
          socket.data.opened({
            send: (text) => void socket.send(text),
            close: (code, reason) => socket.close(code, reason),
            buffered: () => socket.getBufferedAmount(),
          }),
        message: ({ data }, message) =>
          data.received(typeof message === "string" ? message : new Uint8Array(message).buffer),
        close: ({ data }) => data.closed(),
      },
    });
    return { port: server.port, stop: () => server.stop() };
  },
  upgrade(request, handlers) {
    if (!server.upgrade(request, { data: handlers })) throw new Error("Bun did not upgrade the connection");
    // Stands for no answer.
    return new Response(null, { status: 101 });
  },
  isPortTaken: (error) => (error as { code?: string }).code === "EADDRINUSE",
  onStopSignal(act) {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, act);
  },
  print: (line) => console.log(line),
  printError: (line) => console.error(line),
  exit: (code) => process.exit(code),
  pid: process.pid,
  processBytes: () => process.memoryUsage.rss(),
  processSeconds,
  runtime: `bun ${process.versions.bun}`,
});
