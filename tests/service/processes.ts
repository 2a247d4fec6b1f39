/** The real servers and commands as processes: on a free port of the loopback interface, stopped by their own pid. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import process from "node:process";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** The key of the documentation's snippets, which holds in development. */
export const KEY = { "x-api-key": "YOUR_API_KEY" };

/** A token of the administrator that there is in development. */
export async function askForToken(url: string): Promise<string> {
  const body = new URLSearchParams({ username: "admin", password: "admin123" });
  return (await (await fetch(`${url}/auth/login`, { method: "POST", body })).json()).access_token;
}

/** The heads of that administrator. */
export async function signIn(url: string): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await askForToken(url)}` };
}

/** How a server is started. */
export const COMMANDS = {
  deno: "npx -y deno@2.9.6 task serve",
  bun: "npx -y bun@1.4.5 src/hosts/bun.ts",
};

export interface Server {
  url: string;
  port: number;
  pid: number;
  exit: Promise<number | null>;
}

const running = new Set<number>();

const folders: string[] = [];

/** Ends the servers that a failed test left behind, and removes what they kept. */
export function killLeftovers(): void {
  running.forEach((pid) => process.kill(pid, "SIGKILL"));
  folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
}

/** A folder for what a server keeps, so that each begins anew. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ncs-server-"));
  folders.push(folder);
  return folder;
}

function start(command: string, environment: Record<string, string>, args = ""): ChildProcess {
  return spawn("sh", ["-c", `${command} ${args}`], {
    cwd: ROOT,
    env: { ...process.env, DATA_DIR: newFolder(), ...environment },
  });
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += chunk;
  return text;
}

/** Runs a command to its end. */
export async function finish(command: string, environment: Record<string, string>, args = "") {
  const child = start(command, environment, args);
  const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const [stdout, stderr] = await Promise.all([textOf(child.stdout!), textOf(child.stderr!)]);
  return { code: await exit, stdout, stderr };
}

/** Starts a server on a free port and waits until it says that it listens. */
export async function listen(command: string, environment: Record<string, string> = {}): Promise<Server> {
  const child = start(command, { PORT: "0", ...environment });
  const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
  child.stderr!.resume();
  return await new Promise((resolve, reject) => {
    exit.then((code) => reject(new Error(`the server ended with ${code}`)));
    createInterface(child.stdout!).on("line", (line) => {
      const { message, url, pid } = JSON.parse(line);
      if (message !== "listening") return;
      running.add(pid);
      exit.then(() => running.delete(pid));
      resolve({ url, pid, exit, port: Number(new URL(url).port) });
    });
  });
}
