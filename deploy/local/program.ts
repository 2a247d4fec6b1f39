/** A program as a process: its output in a file, told what to do by signals to its own pid, started again at will. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import process from "node:process";

/** What is run. */
export interface Command {
  program: string;
  args: string[];
  /** Added to the environment of this process. */
  environment?: Record<string, string>;
  folder?: string;
  /** File that the output is added to; without one it is dropped. */
  log?: string;
}

/** A process that was told to stop has this long before it is killed. */
const GRACE_MS = 20_000;

const running = new Set<Program>();

// What a failed test, or a Ctrl-C too many, left behind.
process.on("exit", () => running.forEach((program) => program.kill("SIGKILL")));

export class Program {
  #child: ChildProcess | undefined;
  #exit: Promise<void> = Promise.resolve();
  #isFrozen = false;

  constructor(readonly name: string, readonly command: Command) {}

  /** Starts it. Throws where it runs; that its program is missing shows by its end. */
  start(): void {
    if (this.#child) throw new Error(`${this.name} runs already, as ${this.#child.pid}`);
    const { program, args, environment, folder, log } = this.command;
    const output = log === undefined ? "ignore" : openSync(log, "a");
    // In a group of its own, so that a terminal's Ctrl-C does not end all at once, in no order.
    const child = spawn(program, args, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ["ignore", output, output],
      detached: true,
    });
    if (typeof output === "number") closeSync(output);
    this.#child = child;
    running.add(this);
    this.#exit = new Promise((resolve) => {
      const ended = () => {
        this.#child = undefined;
        running.delete(this);
        resolve();
      };
      child.once("exit", ended);
      child.once("error", ended);
    });
  }

  /** Throws where it does not run. */
  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error(`${this.name} does not run`);
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Resolves when the process has ended. */
  get exit(): Promise<void> {
    return this.#exit;
  }

  /** Sends a signal; none where it does not run. */
  kill(signal: NodeJS.Signals): void {
    if (this.#child?.pid !== undefined) send(this.#child.pid, signal);
  }

  /** Ends it and waits for its end, frozen or not; kills it where it does not end. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.kill(signal);
    if (this.#isFrozen) this.thaw();
    const timer = setTimeout(() => this.kill("SIGKILL"), GRACE_MS);
    await this.#exit;
    clearTimeout(timer);
  }

  /** Stops it and its children answering, as a machine that hangs: what is sent to them is taken, and nothing comes back. */
  freeze(): void {
    this.#signalAll("SIGSTOP");
  }

  thaw(): void {
    this.#signalAll("SIGCONT");
  }

  #signalAll(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#isFrozen = signal === "SIGSTOP";
    if (this.#child?.pid === undefined) return;
    for (const pid of [this.#child.pid, ...childrenOf(this.#child.pid)]) send(pid, signal);
  }

  /** The last lines of its output. */
  tail(lines = 20): string {
    const { log } = this.command;
    return log === undefined ? "" : readFileSync(log, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  }

  /** Resolves when the condition holds; rejects where the program ends before, or after `time_ms`. */
  async becomes(condition: () => Promise<boolean>, time_ms = 30_000): Promise<void> {
    for (const began = Date.now(); !await condition();) {
      if (!this.isRunning || Date.now() - began > time_ms) {
        const why = this.isRunning ? `is not ready after ${time_ms / 1000} seconds` : "ended";
        throw new Error(`${this.name} ${why}\n${this.tail()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** By the pid: Deno hangs in kill() of a child that was frozen. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended by itself, and its end is not yet known here.
    if ((error as { code?: string }).code !== "ESRCH") throw error;
  }
}

function childrenOf(pid: number): number[] {
  try {
    const output = execFileSync("ps", ["-o", "pid=", "--ppid", `${pid}`], { encoding: "utf8" });
    return output.trim().split(/\s+/).map(Number);
  } catch {
    // ps ends with 1 where there are none.
    return [];
  }
}
