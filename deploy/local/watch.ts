/** Prometheus and Alertmanager over the replicas, by the files of deploy/watch. */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
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

/** Scrapes the targets, host:port, by the token; logs and data go to the folder. */
export async function startWatch(targets: string[], metricsToken: string, folder: string): Promise<Watch> {
  const ports = { alertmanager: await freePort(), prometheus: await freePort() };
  const programs = [
    alertmanager(folder, ports.alertmanager),
    prometheus(folder, ports.prometheus, targets, `127.0.0.1:${ports.alertmanager}`, metricsToken),
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

function alertmanager(folder: string, port: number): Program {
  const made = join(folder, "alertmanager.yml");
  const args = [
    `--storage.path=${join(folder, "alertmanager")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    // No cluster of Alertmanagers.
    "--cluster.listen-address=",
  ];
  return new Program("alertmanager", {
    program: "sh",
    args: [join(ROOT, "deploy/watch/alertmanager/start.sh"), made, ...args],
    log: join(folder, "alertmanager.log"),
  });
}

function prometheus(folder: string, port: number, targets: string[], alerts: string, token: string): Program {
  const config = join(folder, "prometheus");
  cpSync(join(ROOT, "deploy/watch/prometheus"), config, { recursive: true });
  const path = join(config, "prometheus.yml");
  const text = readFileSync(path, "utf8").replace(
    /^( +(?:scrape|evaluation)_interval:|.*scrape_timeout:) .*/gm,
    `$1 ${INTERVAL}`,
  );
  writeFileSync(path, text);
  const list = (addresses: string[]) => JSON.stringify([{ targets: addresses }]);
  writeFileSync(join(config, "targets/ncs.yml"), list(targets));
  writeFileSync(join(config, "targets/alertmanager.yml"), list([alerts]));
  mkdirSync(join(config, "secrets"));
  writeFileSync(join(config, "secrets/metrics_token"), token);
  chmodSync(join(config, "secrets/metrics_token"), 0o600);
  const args = [
    `--config.file=${path}`,
    `--storage.tsdb.path=${join(folder, "prometheus-data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  return new Program("prometheus", { program: "prometheus", args, log: join(folder, "prometheus.log") });
}
