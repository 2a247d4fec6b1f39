/** The real server with a folder of its own, for one piece of work. */
import process from "node:process";
import { listen, newFolder } from "../service/processes.ts";

export { COMMANDS, killLeftovers } from "../service/processes.ts";

/** A server that may be killed, and begun again where it was. */
export interface Running {
  readonly url: string;
  /** SIGKILL, then the same port and folder. */
  restart(): Promise<void>;
  /** SIGTERM; answers the exit status. */
  stop(): Promise<number | null>;
}

/** Starts a server; stop it, and killLeftovers at last. */
export async function startServer(command: string): Promise<Running> {
  const DATA_DIR = newFolder();
  let server = await listen(command, { DATA_DIR });
  return {
    url: server.url,
    async restart() {
      process.kill(server.pid, "SIGKILL");
      await server.exit;
      server = await listen(command, { DATA_DIR, PORT: String(server.port) });
    },
    async stop() {
      process.kill(server.pid, "SIGTERM");
      return await server.exit;
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
