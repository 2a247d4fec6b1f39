/** One server of several on the same Postgres and Redis. */
import { join } from "node:path";
import { Program } from "./program.ts";
import { ROOT, type Runtime, serverCommand } from "./runtimes.ts";
import { answers, freePort } from "./wait.ts";

export class Replica {
  private constructor(
    readonly name: string,
    readonly runtime: Runtime,
    readonly port: number,
    readonly program: Program,
  ) {}

  /** Not started yet. Its output goes to `folder`/`name`.log. */
  static async create(
    name: string,
    runtime: Runtime,
    environment: Record<string, string>,
    folder: string,
  ): Promise<Replica> {
    const port = await freePort();
    const program = new Program(name, {
      ...serverCommand(runtime),
      environment: { ...environment, PORT: `${port}`, REPLICA_URL: `http://127.0.0.1:${port}` },
      folder: ROOT,
      log: join(folder, `${name}.log`),
    });
    return new Replica(name, runtime, port, program);
  }

  /** Past nginx. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.program.pid;
  }

  get isRunning(): boolean {
    return this.program.isRunning;
  }

  /** Resolves when its process has ended. */
  get exit(): Promise<void> {
    return this.program.exit;
  }

  /** Starts it, again too; resolves when it is ready. */
  async start(): Promise<void> {
    this.program.start();
    await this.program.becomes(() => answers(`${this.url}/health/ready`));
  }

  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    this.program.kill(signal);
  }

  freeze(): void {
    this.program.freeze();
  }

  thaw(): void {
    this.program.thaw();
  }

  /** As an orchestrator does: SIGTERM, and the end is waited for. */
  async stop(): Promise<void> {
    await this.program.stop("SIGTERM");
  }
}
