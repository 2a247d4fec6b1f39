/** A throwaway Postgres of one's own: in a folder that goes away, on a free port of the loopback interface. */
import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import postgres from "postgres";
import { Program } from "./program.ts";
import { freePort } from "./wait.ts";

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

function asPostgres(program: string, args: string[]): { program: string; args: string[] } {
  const path = join(PROGRAMS!, program);
  if (!IS_ROOT) return { program: path, args };
  return { program: "setpriv", args: ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, ...args] };
}

export interface ClusterOptions {
  /** Whether a write outlives a power cut. */
  fsync?: boolean;
  /** File of its output. */
  log?: string;
}

export class Cluster {
  readonly port: number;
  #folder: string;
  #server: Program;
  #databases = 0;

  private constructor(folder: string, port: number, { fsync = false, log }: ClusterOptions) {
    this.#folder = folder;
    this.port = port;
    const settings = [`fsync=${fsync}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`];
    const flags = settings.flatMap((setting) => ["-c", setting]);
    const command = asPostgres("postgres", ["-D", join(folder, "data"), "-p", `${port}`, ...flags]);
    this.#server = new Program("Postgres", { ...command, folder, log });
  }

  /** Without fsync, unless asked for: a test outlives no power cut. */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    if (!HAS_POSTGRES) throw new Error("Postgres is not installed");
    const folder = mkdtempSync(join(tmpdir(), "ncs-postgres-"));
    if (IS_ROOT) chownSync(folder, ...owner());
    const { program, args } = asPostgres("initdb", ["-D", join(folder, "data"), "-U", "ncs", "-A", "trust", "-N"]);
    execFileSync(program, args, { stdio: "ignore", cwd: folder });
    const cluster = new Cluster(folder, await freePort(), options);
    await cluster.run();
    return cluster;
  }

  /** Starts the server, again too, and waits until it answers. */
  async run(): Promise<void> {
    this.#server.start();
    await this.#server.becomes(() => this.admin("SELECT 1").then(() => true, () => false), 20_000);
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

  get pid(): number {
    return this.#server.pid;
  }

  /** A new, empty database; answers its name. */
  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`;
    await this.admin(`CREATE DATABASE ${name}`);
    return name;
  }

  /** Ends the server: SIGINT politely for its clients, SIGQUIT at once, as a crash does. */
  async stop(signal: "SIGINT" | "SIGQUIT" = "SIGINT"): Promise<void> {
    await this.#server.stop(signal);
  }

  async restart(signal: "SIGINT" | "SIGQUIT" = "SIGINT"): Promise<void> {
    await this.stop(signal);
    await this.run();
  }

  /** Stops it answering, as a broken network does: what is sent to it is taken, and nothing comes back. */
  freeze(): void {
    this.#server.freeze();
  }

  thaw(): void {
    this.#server.thaw();
  }

  /** As it was, whatever a test that failed left it in. */
  async revive(): Promise<void> {
    if (this.#server.isRunning) this.thaw();
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
