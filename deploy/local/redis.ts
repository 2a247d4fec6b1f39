/** A Redis of one's own on a free port, which keeps nothing. */
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { Program } from "./program.ts";
import { freePort, isOpen, until } from "./wait.ts";

/** Whether redis-server is installed. */
export const HAS_REDIS = spawnSync("redis-server", ["--version"]).status === 0;

export class Redis {
  #server: Program;

  private constructor(readonly port: number, log?: string) {
    const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", ""];
    this.#server = new Program("Redis", { program: "redis-server", args, folder: tmpdir(), log });
  }

  /** Resolves when it takes connections. */
  static async start({ log }: { log?: string } = {}): Promise<Redis> {
    const redis = new Redis(await freePort(), log);
    await redis.run();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#server.pid;
  }

  get isRunning(): boolean {
    return this.#server.isRunning;
  }

  /** Starts it again, on its port and empty. */
  async run(): Promise<void> {
    this.#server.start();
    await this.#server.becomes(() => isOpen(this.port));
  }

  /** Kills it; resolves when it takes no connections. */
  async stop(): Promise<void> {
    await this.#server.stop("SIGKILL");
    await until(async () => !await isOpen(this.port));
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.run();
  }

  /** Stops it answering. */
  freeze(): void {
    this.#server.freeze();
  }

  thaw(): void {
    this.#server.thaw();
  }
}
