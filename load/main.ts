/** `deno task load` and `deno task load:all`: scenarios of load against a server, its own or another. */
import process from "node:process";
import { type Server, startService } from "../src/bench/service/servers.ts";
import { UsageError } from "../src/cli/errors.ts";
import { userPath } from "../src/cli/paths.ts";
import { HELP, readArguments, type Request } from "./runner/arguments.ts";
import { needK6 } from "./runner/k6.ts";
import { runScenario } from "./runner/run.ts";

/** Exit status: 0 where all bounds hold. */
async function main(): Promise<number> {
  const request = readArguments(process.argv.slice(2));
  if (!request) {
    console.log(HELP);
    return 0;
  }
  const stop = new AbortController(), end = () => stop.abort(new Error("stopped"));
  process.on("SIGINT", end).on("SIGTERM", end);
  const k6 = await needK6();
  // The addresses of the login storm are told by a header.
  const server = request.url ? undefined : await startService(request.runtime, { TRUSTED_PROXIES: "1" });
  try {
    const broken = await runAll(k6, server, { ...request, out: userPath(request.out) }, stop.signal);
    if (broken.length > 0) console.log(`broken: ${broken.join(", ")}`);
    return broken.length > 0 ? 1 : 0;
  } finally {
    await server?.stop();
  }
}

/** Names of the scenarios that break a bound. */
async function runAll(k6: string, server: Server | undefined, request: Request, stop: AbortSignal): Promise<string[]> {
  const broken = [], url = server ? `http://127.0.0.1:${server.port}` : request.url!;
  for (const name of request.scenarios) {
    stop.throwIfAborted();
    if (!await runScenario(k6, name, url, request, stop)) broken.push(name);
  }
  return broken;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageError;
  console.error(`load: ${(error as Error).message}${isUsage ? "\nload --help says more." : ""}`);
  process.exitCode = isUsage ? 2 : 1;
}
// The signals' listeners would keep the process.
process.exit();
