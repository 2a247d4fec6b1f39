/** nginx in front of the replicas, by the template that Compose uses. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Program } from "./program.ts";
import { ROOT } from "./runtimes.ts";
import { freePort, isOpen } from "./wait.ts";

/** Debian keeps it where only root's PATH looks. */
export const NGINX = ["nginx", "/usr/sbin/nginx"].find((path) => spawnSync(path, ["-v"]).status === 0);

/** What the template leaves open. */
export interface NginxSettings {
  listen: string;
  /** host:port of each replica. */
  upstreams: string[];
  /** Folder of server.conf and redirect.conf; without one: plain HTTP. */
  tls?: string;
  /** A folder of its own, for its configuration and what it writes. */
  folder: string;
}

/** Writes the configuration; answers its path. */
export function writeNginxConfig({ listen, upstreams, tls, folder }: NginxSettings): string {
  mkdirSync(folder, { recursive: true });
  const servers = (checks: string) => upstreams.map((address) => `server ${address} ${checks};`).join(" ");
  const values: Record<string, string> = {
    NCS_LISTEN: listen,
    NCS_UPSTREAMS: servers("max_fails=1 fail_timeout=1s"),
    NCS_LAST: servers("max_fails=0"),
    NCS_TLS: tls ?? folder,
    NCS_RUN: folder,
  };
  const template = readFileSync(join(ROOT, "deploy/nginx/nginx.conf.template"), "utf8");
  const path = join(folder, "nginx.conf");
  writeFileSync(path, template.replace(/\$\{(NCS_\w+)\}/g, (_, name) => values[name]));
  return path;
}

/** Arguments that read a configuration; under root the workers stay root, as the folder is root's alone. */
export function nginxArguments(config: string): string[] {
  const user = process.getuid?.() === 0 ? " user root;" : "";
  return ["-e", "stderr", "-c", config, "-g", `daemon off;${user}`];
}

export class Nginx {
  private constructor(readonly port: number, readonly program: Program) {}

  static async start(upstreams: string[], folder: string): Promise<Nginx> {
    if (!NGINX) throw new Error("nginx is not installed");
    const port = await freePort();
    const config = writeNginxConfig({ listen: `127.0.0.1:${port}`, upstreams, folder: join(folder, "nginx") });
    const log = join(folder, "nginx.log");
    const nginx = new Nginx(port, new Program("nginx", { program: NGINX, args: nginxArguments(config), log }));
    nginx.program.start();
    await nginx.program.becomes(() => isOpen(port));
    return nginx;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    await this.program.stop();
  }
}
