/** Replicas as real processes on one Postgres (and one Redis). */
import { freePort } from "../../deploy/local/wait.ts";
import { COMMANDS, KEY, listen, type Server } from "../service/processes.ts";

export type Runtime = keyof typeof COMMANDS;

/** Starts a replica on a free port. */
export async function startReplica(runtime: Runtime, environment: Record<string, string>): Promise<Server> {
  const port = await freePort();
  return await listen(COMMANDS[runtime], {
    PORT: `${port}`,
    REPLICA_URL: `http://127.0.0.1:${port}`,
    RATE_LIMIT_PER_MINUTE: "0",
    ...environment,
  });
}

/** A measure of a server, by its name and labels as Prometheus reads them. */
export async function measure({ url }: Server, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((line) => line.startsWith(`${name} `));
  if (!line) throw new Error(`no measure ${name}`);
  return Number(line.slice(name.length));
}

/** How many streams each of the servers has. */
export async function spread(servers: Server[]): Promise<number[]> {
  return await Promise.all(servers.map((server) => measure(server, "ncs_replica_streams")));
}

export async function ask({ url }: Server, path: string, init: RequestInit = {}): Promise<Response> {
  return await fetch(`${url}/api/v1/${path}`, { ...init, headers: { ...KEY, ...init.headers } });
}
