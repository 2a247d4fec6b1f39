/** The load as k6 runs it, and every attempt that it tells of. */
import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { needK6 } from "../../../load/runner/k6.ts";
import { WRITERS } from "./shape.ts";

const SCRIPT = fileURLToPath(new URL("load.ts", import.meta.url));

/** A request, and its answer. */
export interface Attempt {
  /** Writers come first, then readers. */
  who: number;
  /** Of the batch or the read; attempts at the same batch have the same. */
  number: number;
  /** Milliseconds since 1970, by the clock of this machine. */
  began_ms: number;
  ended_ms: number;
  /** 0: no answer. */
  status: number;
  /** Code of the problem, or what k6 says; undefined where it is good. */
  why?: string;
  /** Points of the stream as a reader read them. */
  total?: number;
}

export const isWrite = ({ who }: Attempt) => who < WRITERS;
export const isGood = ({ status }: Attempt) => status === 200;

export class Load {
  readonly attempts: Attempt[] = [];
  /** Resolves when k6 has ended; rejects where it did not end well. */
  readonly end: Promise<void>;
  #kill: () => void;

  private constructor(k6: string, url: string, key: string, seconds: number) {
    const args = ["run", "--quiet", "--no-usage-report", "--no-summary", "--log-format", "raw", SCRIPT];
    const env = { ...process.env, NCS_URL: url, NCS_API_KEY: key, NCS_SECONDS: `${seconds}` };
    const child = spawn(k6, args, { env, stdio: ["ignore", "ignore", "pipe"], detached: true });
    this.#kill = () => child.kill("SIGKILL");
    createInterface(child.stderr!).on("line", (line) => this.#take(line));
    this.end = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => code === 0 ? resolve() : reject(new Error(`k6 ended with ${code}`)));
    });
    // Whoever waits for it is told.
    this.end.catch(() => {});
  }

  static async start(url: string, key: string, seconds: number): Promise<Load> {
    return new Load(await needK6(), url, key, seconds);
  }

  /** Ends it whatever it does. */
  async stop(): Promise<void> {
    this.#kill();
    await this.end.catch(() => {});
  }

  #take(line: string): void {
    if (line.startsWith("{")) this.attempts.push(JSON.parse(line));
    // Of connections that broke, which are attempts as well.
    else if (!line.startsWith("Request Failed")) console.error(line);
  }
}
