/** The server on Bun. */
import process from "node:process";
import { processSeconds } from "./processor.ts";
import { run } from "./run.ts";

interface BunServer {
  requestIP(request: Request): { address: string } | null;
}

/** The part of Bun that is used here; so the types of Bun need not be installed. */
declare const Bun: {
  file(url: URL): { arrayBuffer(): Promise<ArrayBuffer> };
  serve(options: {
    port: number;
    hostname: string;
    fetch: (request: Request, server: BunServer) => Promise<Response>;
    development: boolean;
    reusePort: boolean;
    maxRequestBodySize: number;
    idleTimeout: number;
  }): { port: number; stop(): Promise<void> };
};

await run({
  args: process.argv.slice(2),
  env: (name) => process.env[name],
  readKernel: () => Bun.file(new URL("../../build/ncs.wasm", import.meta.url)).arrayBuffer(),
  listen(fetch, { port, host }) {
    const server = Bun.serve({
      port,
      hostname: host,
      // HTTP/1.0 need not say its host: Bun then gives the path alone as the URL.
      fetch: (request, server) => {
        const address = server.requestIP(request)?.address;
        const whole = request.url.startsWith("/") ? new Request(`http://localhost${request.url}`, request) : request;
        return fetch(whole, { address });
      },
      // Else a failure is answered by a page that shows the source.
      development: false,
      // Which would let a second server share the port in silence.
      reusePort: false,
      // The service limits bodies itself, with a problem document.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      // Seconds; the default of 10 cuts slow uploads.
      idleTimeout: 120,
    });
    return { port: server.port, stop: () => server.stop() };
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
