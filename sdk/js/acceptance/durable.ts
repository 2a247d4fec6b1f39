/** A server over a SQLite file: the real app on a real socket, on Deno. Arguments: the port (0: any), the file. */
import process from "node:process";
import { createApp, createLog, readConfig, systemClock } from "../../../src/service/mod.ts";
import { SqliteStore } from "../../../src/store/sqlite.ts";
import { kernel } from "../../../tests/kernel.ts";

const [port, path] = process.argv.slice(2);
const app = createApp({
  kernel,
  config: readConfig(() => undefined),
  store: await SqliteStore.open({ path }),
  clock: systemClock,
  log: createLog(() => {}, systemClock),
});
const server = Deno.serve(
  { port: Number(port), hostname: "127.0.0.1", onListen: () => {} },
  (request) => app.fetch(request),
);
console.log(JSON.stringify({ message: "listening", url: `http://127.0.0.1:${server.addr.port}`, pid: process.pid }));
