/** Prometheus and Alertmanager over the replicas, by the files of deploy/watch. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Program } from "./program.ts";
import { ROOT } from "./runtimes.ts";
import { answers, freePort } from "./wait.ts";

const has = (program: string) => spawnSync(program, ["--version"]).status === 0;

export const HAS_WATCH = has("prometheus") && (has("prometheus-alertmanager") || has("alertmanager"));

/** Once a second, so that who looks need not wait. */
const INTERVAL = "1s";

export interface Watch {
  /** Base URL of each. */
  prometheus: string;
  alertmanager: string;
  stop(): Promise<void>;
}

export interface WatchOptions {
  /** Alerts wait a second too, in place of minutes. */
  isHasty?: boolean;
  /** Where alerts go; without one to nobody. */
  webhookUrl?: string;
}

/** Scrapes the targets, host:port, by the token; logs and data go to the folder. */
export async function startWatch(
  targets: string[],
  metricsToken: string,
  folder: string,
  options: WatchOptions = {},
): Promise<Watch> {
  const ports = { alertmanager: await freePort(), prometheus: await freePort() };
  const config = stagePrometheus(folder, targets, `127.0.0.1:${ports.alertmanager}`, metricsToken);
  if (options.isHasty) {
    const rules = join(config, "rules");
    for (const name of readdirSync(rules)) rewrite(join(rules, name), /^( +for:) .*/gm);
  }
  const programs = [
    alertmanager(folder, ports.alertmanager, options),
    prometheus(folder, ports.prometheus),
  ];
  const url = (name: keyof typeof ports) => `http://127.0.0.1:${ports[name]}`;
  const stop = async () => void await Promise.all(programs.map((program) => program.stop()));
  try {
    for (const program of programs) {
      program.start();
      await program.becomes(() => answers(`${url(program.name as keyof typeof ports)}/-/ready`));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { prometheus: url("prometheus"), alertmanager: url("alertmanager"), stop };
}

/** Copies a folder of deploy/watch, to be changed; answers where. */
function copy(name: string, folder: string): string {
  const copied = join(folder, name);
  cpSync(join(ROOT, "deploy/watch", name), copied, { recursive: true });
  return copied;
}

/** Sets what the pattern finds to INTERVAL. */
function rewrite(path: string, pattern: RegExp): void {
  writeFileSync(path, readFileSync(path, "utf8").replace(pattern, `$1 ${INTERVAL}`));
}

function alertmanager(folder: string, port: number, { isHasty, webhookUrl = "" }: WatchOptions): Program {
  const config = copy("alertmanager", folder), url = join(config, "webhook_url");
  if (isHasty) rewrite(join(config, "alertmanager.yml"), /^( +group_(?:wait|interval):) .*/gm);
  writeFileSync(url, webhookUrl, { mode: 0o600 });
  const args = [
    `--storage.path=${join(folder, "alertmanager-data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    // No cluster of Alertmanagers.
    "--cluster.listen-address=",
  ];
  return new Program("alertmanager", {
    program: "sh",
    args: [join(config, "start.sh"), join(folder, "alertmanager.yml"), ...args],
    environment: { ALERT_WEBHOOK_URL_FILE: url },
    log: join(folder, "alertmanager.log"),
  });
}

/** The configuration with its targets and token filled in; it scrapes and evaluates once a second. Answers its folder. */
export function stagePrometheus(folder: string, targets: string[], alertmanager: string, token: string): string {
  const config = copy("prometheus", folder);
  rewrite(join(config, "prometheus.yml"), /^( +(?:scrape|evaluation)_interval:|.*scrape_timeout:) .*/gm);
  const list = (addresses: string[]) => JSON.stringify([{ targets: addresses }]);
  writeFileSync(join(config, "targets/ncs.yml"), list(targets));
  writeFileSync(join(config, "targets/alertmanager.yml"), list([alertmanager]));
  mkdirSync(join(config, "secrets"));
  writeFileSync(join(config, "secrets/metrics_token"), token, { mode: 0o600 });
  return config;
}

function prometheus(folder: string, port: number): Program {
  const args = [
    `--config.file=${join(folder, "prometheus/prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "prometheus-data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  return new Program("prometheus", { program: "prometheus", args, log: join(folder, "prometheus.log") });
}
