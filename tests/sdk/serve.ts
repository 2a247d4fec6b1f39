/** The real server with a folder of its own, for one piece of work. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { killLeftovers, listen, type Server } from "../service/processes.ts";

export { COMMANDS, killLeftovers } from "../service/processes.ts";

/** A server that may be killed, and begun again where it was. */
export interface Running {
  readonly url: string;
  /** SIGKILL, then the same port and folder. */
  restart(): Promise<void>;
}

/** Starts a server, has it worked with, and ends it; answers its exit status. */
export async function withServer(command: string, work: (server: Running) => Promise<void>): Promise<number | null> {
  const folder = mkdtempSync(join(tmpdir(), "ncs-sdk-"));
  const start = (port: number) => listen(`PORT=${port} DATA_DIR=${folder} ${command}`);
  let server: Server = await start(0);
  const restart = async () => {
    process.kill(server.pid, "SIGKILL");
    await server.exit;
    server = await start(server.port);
  };
  try {
    await work({ url: server.url, restart });
    process.kill(server.pid, "SIGTERM");
    return await server.exit;
  } finally {
    killLeftovers();
    await server.exit;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
