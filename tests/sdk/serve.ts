/** The real server with a folder of its own, for one piece of work. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { listen, type Server } from "../service/processes.ts";

export { COMMANDS, killLeftovers } from "../service/processes.ts";

/** A server that may be killed, and begun again where it was. */
export interface Running {
  readonly url: string;
  /** SIGKILL, then the same port and folder. */
  restart(): Promise<void>;
  /** SIGTERM; answers the exit status. */
  stop(): Promise<number | null>;
}

/** Starts a server; stop it, or killLeftovers at last. */
export async function startServer(command: string): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "ncs-sdk-"));
  const start = (port: number) => listen(`PORT=${port} DATA_DIR=${folder} ${command}`);
  let server: Server = await start(0);
  return {
    url: server.url,
    async restart() {
      process.kill(server.pid, "SIGKILL");
      await server.exit;
      server = await start(server.port);
    },
    async stop() {
      process.kill(server.pid, "SIGTERM");
      const code = await server.exit;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      return code;
    },
  };
}

/** Starts a server, has it worked with, and stops it; answers its exit status. */
export async function withServer(command: string, work: (server: Running) => Promise<void>): Promise<number | null> {
  const server = await startServer(command);
  let code: number | null = null;
  await work(server).finally(async () => code = await server.stop());
  return code;
}
