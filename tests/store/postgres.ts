/** A throwaway Postgres of one's own: in a folder that goes away, on a free port of the loopback interface. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import postgres from "postgres";

/** Folder of initdb and postgres; undefined where Postgres is not installed. */
function findPrograms(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, "bin")), ...(process.env.PATH ?? "").split(":")];
  return folders.find((folder) => ["initdb", "postgres"].every((name) => existsSync(join(folder, name))));
}

const PROGRAMS = findPrograms();
export const HAS_POSTGRES = PROGRAMS !== undefined;

/** Postgres does not run as root: there, as its own user. */
const IS_ROOT = process.getuid?.() === 0;

function asPostgres(program: string, args: string[]): [string, string[]] {
  const path = join(PROGRAMS!, program);
  if (!IS_ROOT) return [path, args];
  return ["setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, ...args]];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class Cluster {
  readonly port: number;
  #folder: string;
  #server: ChildProcess | undefined;
  #databases = 0;
  #fsync: boolean;

  private constructor(folder: string, port: number, fsync: boolean) {
    this.#fsync = fsync;
    this.#folder = folder;
    this.port = port;
  }

  /** Without fsync, unless asked for: a test outlives no power cut. */
  static async start({ fsync = false } = {}): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), "ncs-postgres-"));
    if (IS_ROOT) chownSync(folder, ...owner());
    const [program, args] = asPostgres("initdb", ["-D", join(folder, "data"), "-U", "ncs", "-A", "trust", "-N"]);
    execFileSync(program, args, { stdio: "ignore", cwd: folder });
    const cluster = new Cluster(folder, await freePort(), fsync);
    await cluster.run();
    return cluster;
  }

  /** Starts the server, again too, and waits until it answers. */
  async run(): Promise<void> {
    const settings = [`fsync=${this.#fsync}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${this.#folder}`];
    const flags = settings.flatMap((setting) => ["-c", setting]);
    const [program, args] = asPostgres("postgres", ["-D", join(this.#folder, "data"), "-p", `${this.port}`, ...flags]);
    this.#server = spawn(program, args, { stdio: "ignore", cwd: this.#folder });
    const deadline = Date.now() + 20_000;
    while (!await this.#answers()) {
      if (Date.now() > deadline || this.#server.exitCode !== null) throw new Error("Postgres did not start");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #answers(): Promise<boolean> {
    return await this.admin("SELECT 1").then(() => true, () => false);
  }

  /** Runs a statement in a database of the cluster. */
  async admin(statement: string, database = "postgres"): Promise<void> {
    const sql = postgres(this.url(database), { max: 1, fetch_types: false, connect_timeout: 2, onnotice: () => {} });
    try {
      await sql.unsafe(statement);
    } finally {
      await sql.end({ timeout: 1 });
    }
  }

  url(database: string): string {
    return `postgres://ncs@127.0.0.1:${this.port}/${database}`;
  }

  /** The folder of its Unix socket. */
  get socketFolder(): string {
    return this.#folder;
  }

  /** A new, empty database; answers its name. */
  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`;
    await this.admin(`CREATE DATABASE ${name}`);
    return name;
  }

  /** Ends the server: SIGINT politely for its clients, SIGQUIT at once, as a crash does. */
  async stop(signal: "SIGINT" | "SIGQUIT" = "SIGINT"): Promise<void> {
    const server = this.#server;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.on("exit", resolve));
    server.kill(signal);
    await ended;
    this.#server = undefined;
  }

  /** Stops it answering, as a broken network does: what is sent to it is taken, and nothing comes back. */
  freeze(): void {
    this.#signalAll("SIGSTOP");
  }

  thaw(): void {
    this.#signalAll("SIGCONT");
  }

  /** The server and its children, which answer each on their own. */
  #signalAll(signal: "SIGSTOP" | "SIGCONT"): void {
    const children = execFileSync("ps", ["-o", "pid=", "--ppid", `${this.#server!.pid}`], { encoding: "utf8" });
    for (const pid of [this.#server!.pid!, ...children.trim().split(/\s+/).map(Number)]) process.kill(pid, signal);
  }

  /** As it was, whatever a test that failed left it in. */
  async revive(): Promise<void> {
    if (this.#server) this.thaw();
    else await this.run();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function owner(): [uid: number, gid: number] {
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return [id("-u"), id("-g")];
}
