/** Programs as children, with an end to their time. */
import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { NotInstalled } from "./host.ts";

const TIMEOUT_MS = 300_000;

/** Starts a program as the head of a process group of its own. */
export function start(command: string, args: string[]): ChildProcess {
  return spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
}

/** Ends a program with all that it started. */
export function stop({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, "SIGKILL");
  } catch { /* it ended by itself */ }
}

/** Runs a program to its end; answers its standard output. Throws NotInstalled where there is no such program. */
export function run(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = start(command, args), timer = setTimeout(() => stop(child), TIMEOUT_MS);
    let out = "", err = "";
    child.stdout!.on("data", (chunk) => out += chunk);
    child.stderr!.on("data", (chunk) => err += chunk);
    child.on("error", (error: { code?: string }) => {
      clearTimeout(timer);
      reject(error.code === "ENOENT" ? new NotInstalled(`no program ${command}`) : error);
    });
    child.on("close", (status) => {
      clearTimeout(timer);
      if (status === 0) resolve(out.trim());
      else reject(new Error(`${command} ended with ${status}: ${err.trim().slice(-500)}`));
    });
  });
}

/** Runs a program that only fetches and installs: where it fails, the host cannot be had. */
export async function install(command: string, args: string[]): Promise<void> {
  try {
    await run(command, args);
  } catch (error) {
    throw new NotInstalled((error as Error).message.split("\n")[0]);
  }
}

/** The first of some programs that answers --version. */
export async function findProgram(names: readonly string[]): Promise<string> {
  for (const name of names) {
    try {
      await run(name, ["--version"]);
      return name;
    } catch { /* the next one */ }
  }
  throw new NotInstalled(`none of ${names.join(", ")}`);
}
