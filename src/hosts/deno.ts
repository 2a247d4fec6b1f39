/** The server on Deno. */
import { processSeconds } from "./processor.ts";
import { run } from "./run.ts";

await run({
  args: Deno.args,
  env: (name) => Deno.env.get(name),
  readKernel: () => Deno.readFile(new URL("../../build/ncs.wasm", import.meta.url)),
  listen(fetch, { port, host }) {
    // The log says where it listens; Deno's own line would not be JSON.
    const server = Deno.serve({ port, hostname: host, onListen: () => {} }, (request, { remoteAddr }) => {
      return fetch(request, { address: remoteAddr.hostname });
    });
    return { port: server.addr.port, stop: () => server.shutdown() };
  },
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
