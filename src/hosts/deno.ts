/** The server on Deno. */
import { processSeconds } from "./processor.ts";
import type { SocketHandlers } from "../service/mod.ts";
import { run } from "./run.ts";

/** A silent peer is pinged after so many seconds, and given up when it does not answer within as many. */
const IDLE_SECONDS = 30;

/** The other end. A class, for an object with a getter of its own costs a microsecond each time. */
class Peer {
  constructor(readonly info: Deno.ServeHandlerInfo<Deno.NetAddr>) {}

  get address(): string {
    return this.info.remoteAddr.hostname;
  }
}

await run({
  args: Deno.args,
  env: (name) => Deno.env.get(name),
  readKernel: () => Deno.readFile(new URL("../../build/ncs.wasm", import.meta.url)),
  listen(fetch, { port, host }) {
    // The log says where it listens; Deno's own line would not be JSON.
    const server = Deno.serve({ port, hostname: host, onListen: () => {} }, (request, info) => {
      return fetch(request, new Peer(info));
    });
    return { port: server.addr.port, stop: () => server.shutdown() };
  },
  upgrade,
  isPortTaken: (error) => error instanceof Deno.errors.AddrInUse,
  onStopSignal(act) {
    for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, act);
  },
  print: (line) => console.log(line),
  printError: (line) => console.error(line),
  exit: (code) => Deno.exit(code),
  pid: Deno.pid,
  processBytes: () => Deno.memoryUsage().rss,
  processSeconds,
  runtime: `deno ${Deno.version.deno}`,
});

/** Deno takes messages of 64 MiB at most. */
function upgrade(request: Request, handlers: SocketHandlers): Response {
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: IDLE_SECONDS });
  socket.binaryType = "arraybuffer";
  socket.onopen = () =>
    handlers.opened({
      send: (text) => socket.readyState === WebSocket.OPEN && socket.send(text),
      close: (code, reason) => socket.close(code, reason),
      buffered: () => socket.bufferedAmount,
    });
  socket.onmessage = ({ data }) => handlers.received(data);
  socket.onclose = () => handlers.closed();
  return response;
}
