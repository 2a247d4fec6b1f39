/** The topology in the foreground, until SIGINT or SIGTERM: where each part is, and who may sign in. */
import process from "node:process";
import { parseArgs } from "node:util";
import type { Runtime } from "./runtimes.ts";
import { startTopology, type Topology } from "./topology.ts";

const USAGE = "deploy.sh local [--replicas deno,deno,bun] [--no-watch]: the production topology on this machine";

const { replicas, watch } = readArguments();
const topology = await startTopology({ replicas, watch, fsync: true }).catch(fail);
console.log(describe(topology));
await new Promise((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
});
console.log("stopping");
await topology.stop();
console.log("stopped");
process.exit(0);

function readArguments(): { replicas: Runtime[]; watch: boolean } {
  try {
    const { values } = parseArgs({
      options: { replicas: { type: "string", default: "deno,deno,bun" }, "no-watch": { type: "boolean" } },
    });
    const replicas = values.replicas!.split(",") as Runtime[];
    const unknown = replicas.find((runtime) => !["deno", "bun"].includes(runtime));
    if (unknown !== undefined) throw new Error(`a replica runs on deno or bun, not on ${JSON.stringify(unknown)}`);
    return { replicas, watch: !values["no-watch"] };
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

function fail(error: Error): never {
  console.error(error.message);
  process.exit(1);
}

/** A line for each part: its name and where it is. */
function describe({ url, admin, replicas, databaseUrl, redis, watch, metricsToken, folder }: Topology): string {
  const parts: [string, string][] = [
    ["ncs", url],
    ...replicas.map(({ name, url, runtime, pid }): [string, string] => [name, `${url} (${runtime}, pid ${pid})`]),
    ["postgres", databaseUrl],
    ["redis", redis.url],
    ...(watch ? [["prometheus", watch.prometheus], ["alertmanager", watch.alertmanager]] as [string, string][] : []),
    ["sign in", `${admin.username} ${admin.password}`],
    ["metrics token", metricsToken],
    ["logs", folder],
  ];
  return parts.map(([name, where]) => `${name.padEnd(14)}${where}`).join("\n") +
    "\nCtrl-C ends it and removes what it kept.";
}
