/** Prometheus and Alertmanager as processes, begun and ended by the test that uses them. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { soon } from "../../../tests/durability/load.ts";
import { freePort } from "../../../tests/service/redis.ts";

export const WATCH = fileURLToPath(new URL("..", import.meta.url));

/** Those of the programs that are not installed; tests that need them are skipped by their names. */
export const missing = (...programs: string[]): string | false => {
  const absent = programs.filter((program) => spawnSync(program, ["--version"]).status !== 0);
  return absent.length > 0 && `not installed: ${absent.join(", ")}`;
};

export interface Program {
  url: string;
  stop(): Promise<void>;
}

/** Starts a program that takes requests at the port, and waits until it is ready. */
async function start(folder: string, port: number, [program, ...args]: string[], env = {}): Promise<Program> {
  let text = "";
  const child: ChildProcess = spawn(program, args, { cwd: folder, env: { ...process.env, ...env } });
  child.stderr!.on("data", (chunk) => text = (text + chunk).slice(-4000));
  const exit = new Promise((resolve) => child.on("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    await exit;
    rmSync(folder, { recursive: true });
  };
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${text}`);
    return await fetch(`${url}/-/ready`).then(({ ok, body }) => (body?.cancel(), ok), () => false);
  };
  await soon(`${program} is ready`, 20_000, isReady).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url, stop };
}

function newFolder(part: string): string {
  const folder = mkdtempSync(join(tmpdir(), `ncs-${part}-`));
  cpSync(join(WATCH, part), folder, { recursive: true });
  return folder;
}

/** Rewrites a file in place; every change must find something. */
function edit(file: string, changes: [RegExp, string][]): void {
  let text = readFileSync(file, "utf8");
  for (const [pattern, replacement] of changes) {
    if (!pattern.test(text)) throw new Error(`${file} has no ${pattern}`);
    text = text.replace(pattern, replacement);
  }
  writeFileSync(file, text);
}

/** The configuration, with its targets and token filled in; it scrapes each second, and alerts wait a second. */
export function stagePrometheus(targets: string[], alertmanager: string, token = ""): string {
  const folder = newFolder("prometheus");
  const list = (targets: string[]) => JSON.stringify([{ targets }]);
  writeFileSync(join(folder, "targets/ncs.yml"), list(targets));
  writeFileSync(join(folder, "targets/alertmanager.yml"), list([alertmanager]));
  mkdirSync(join(folder, "secrets"));
  writeFileSync(join(folder, "secrets/metrics_token"), token, { mode: 0o600 });
  edit(join(folder, "prometheus.yml"), [
    [/scrape_interval: \w+/, "scrape_interval: 1s"],
    [/scrape_timeout: \w+/, "scrape_timeout: 1s"],
    [/evaluation_interval: \w+/, "evaluation_interval: 1s"],
  ]);
  for (const name of readdirSync(join(folder, "rules"))) {
    if (name !== "records.yml") edit(join(folder, "rules", name), [[/\bfor: \w+/g, "for: 1s"]]);
  }
  return folder;
}

export async function startPrometheus(folder: string): Promise<Program> {
  const port = await freePort();
  const flags = [
    "--config.file=prometheus.yml",
    "--storage.tsdb.path=data",
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=warn",
  ];
  return await start(folder, port, ["prometheus", ...flags]);
}

/** Alertmanager as start.sh starts it, the receiver's URL in a file; it waits for nothing. */
export async function startAlertmanager(receiver: string): Promise<Program> {
  const folder = newFolder("alertmanager"), port = await freePort();
  writeFileSync(join(folder, "url"), `${receiver}\n`);
  edit(join(folder, "alertmanager.yml"), [[/(group_wait|group_interval): \w+/g, "$1: 1s"]]);
  const flags = [
    "--storage.path=data",
    `--web.listen-address=127.0.0.1:${port}`,
    "--cluster.listen-address=",
    "--log.level=warn",
  ];
  const command = ["./start.sh", "made.yml", ...flags];
  return await start(folder, port, command, { ALERT_WEBHOOK_URL: "", ALERT_WEBHOOK_URL_FILE: "url" });
}

/** An alert as the webhook gets it. */
export interface Told {
  status: "firing" | "resolved";
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** Who is told, at a path that nobody guesses: the alerts as they came. */
export async function startReceiver(): Promise<Program & { told: Told[] }> {
  const told: Told[] = [], path = `/hook?key=a%20'b'|&c`;
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const isRight = request.url === path;
    if (isRight) told.push(...JSON.parse(text).alerts);
    response.writeHead(isRight ? 200 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}${path}`, stop, told };
}
