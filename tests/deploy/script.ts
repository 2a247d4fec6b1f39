/** deploy.sh does nothing before all is there that it needs, and says what is missing; `local` really runs. */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ROOT } from "../../deploy/local/runtimes.ts";
import { missingPrograms } from "../../deploy/local/topology.ts";
import { answers, until } from "../../deploy/local/wait.ts";
import { newFolder, removeFolders } from "./folders.ts";
import { finish } from "./tools.ts";

const SCRIPT = join(ROOT, "deploy/deploy.sh");
const SECRETS = [
  ...["SECRET_KEY", "ADMIN_PASSWORD", "METRICS_TOKEN", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "GRAFANA_PASSWORD"],
  "ALERT_WEBHOOK_URL",
];
const GOOD = Object.fromEntries(SECRETS.map((name) => [name, "0123456789abcdef0123456789abcdef"]));

function run(args: string[], environment: Record<string, string> = {}, path = process.env.PATH!) {
  return finish("bash", [SCRIPT, ...args], { PATH: path, HOME: process.env.HOME!, ...environment });
}

/** What it says is missing, by the first word of each line. */
function missing(text: string): string[] {
  return [...text.matchAll(/^ {2}([^:]+):/gm)].map(([, name]) => name);
}

after(removeFolders);

describe("deploy.sh", () => {
  it("refuses prod without secrets, and names each", () => {
    const NCS_SECRETS = newFolder();
    const { status, text } = run(["prod"], { NCS_SECRETS });
    assertEquals(status, 1);
    const files = ["tls_certificate", "tls_key"].map((name) => join(NCS_SECRETS, name));
    assertEquals(missing(text).filter((name) => !/docker/i.test(name)), [...SECRETS, ...files]);
  });

  it("takes secrets from variables and files, refuses weak ones, and shows none", () => {
    const NCS_SECRETS = newFolder();
    for (const name of ["tls_certificate", "tls_key"]) writeFileSync(join(NCS_SECRETS, name), "PEM");
    writeFileSync(join(NCS_SECRETS, "metrics_token"), GOOD.METRICS_TOKEN);
    const { METRICS_TOKEN: _, ...rest } = GOOD;
    const weak = { ...rest, SECRET_KEY: "too-short-a-key", REDIS_PASSWORD: "with/slash-and-more" };
    // Docker alone is missing on this path.
    const { status, text } = run(["prod"], { NCS_SECRETS, ...weak }, "/usr/bin:/bin");
    assertEquals([status, missing(text).filter((name) => name !== "docker")], [1, ["SECRET_KEY", "REDIS_PASSWORD"]]);
    for (const value of Object.values(weak)) assert(!text.includes(value));
  });

  it("says that Docker is missing, whatever it is asked to do with it", () => {
    const empty = newFolder();
    for (const name of ["bash", "dirname", "cat", "id"]) {
      const { text } = finish("bash", ["-c", `ln -s "$(command -v ${name})" ${empty}/`]);
      assertEquals(text, "");
    }
    for (const command of ["dev", "down", "status"]) {
      const { status, text } = run([command], {}, empty);
      assertEquals([status, missing(text)], [1, ["docker"]]);
    }
    const { text } = run(["backup", "all.ncs"], { NCS_API_KEY: "key" }, empty);
    assertStringIncludes(text, "npx: install Node with npm");
  });

  it("says that no server answers before it copies or restores", () => {
    const file = join(newFolder(), "all.ncs");
    const unset = run(["backup", file]);
    assertEquals([unset.status, missing(unset.text)], [1, ["NCS_API_KEY"]]);
    const environment = { NCS_API_KEY: "key", NCS_URL: "http://127.0.0.1:1" };
    for (const command of ["backup", "restore"]) {
      writeFileSync(file, "");
      const { status, text } = run([command, file], environment);
      assertEquals(status, 1);
      assertStringIncludes(text, "no server answers at http://127.0.0.1:1; set NCS_URL");
    }
    const absent = run(["restore", `${file}.not`], environment);
    assertStringIncludes(absent.text, `${file}.not: there is no such file to read`);
  });

  it("copies from a server that answers though it keeps no writes, as on a full disk", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "npx"), "#!/bin/sh\nexit 7\n", { mode: 0o755 });
    const full = `require("http").createServer((request, response) => {
      response.writeHead(request.url === "/health/live" ? 200 : 503).end();
    }).listen(0, "127.0.0.1", function () { console.log(this.address().port); })`;
    const server = spawn("node", ["-e", full], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      const port = await new Promise<string>((resolve) =>
        server.stdout.once("data", (text) => resolve(`${text}`.trim()))
      );
      const environment = { NCS_API_KEY: "key", NCS_URL: `http://127.0.0.1:${port}` };
      assertEquals(run(["backup", join(folder, "all.ncs")], environment, `${folder}:${process.env.PATH}`), {
        status: 7,
        text: "",
      });
    } finally {
      server.kill();
    }
  });

  it("answers a command that there is not with those that there are", () => {
    const { status, text } = run(["deploy"]);
    assertEquals(status, 2);
    for (
      const word of ["unknown command deploy", "dev ", "prod ", "down ", "status", "backup ", "restore ", "local "]
    ) {
      assertStringIncludes(text, word);
    }
  });
});

const absent = missingPrograms({ watch: true });

describe("deploy.sh local", { skip: absent.length > 0 ? `not installed: ${absent}` : false }, () => {
  it("runs all in the foreground until it is told to stop, watched by Prometheus, and leaves no process", async () => {
    const child: ChildProcess = spawn("bash", [SCRIPT, "local", "--replicas", "bun,deno"], { cwd: newFolder() });
    let text = "";
    child.stdout!.on("data", (chunk) => text += chunk);
    child.stderr!.on("data", (chunk) => text += chunk);
    const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
    try {
      await until(() => text.includes("Ctrl-C") || child.exitCode !== null, "deploy.sh local is ready", 120_000);
      const at = (name: string) => new RegExp(`^${name} +(\\S+)`, "m").exec(text)![1];
      assert(await answers(`${at("ncs")}/health/ready`));
      await until(async () => await upReplicas(at("prometheus")) === 2, "Prometheus sees both replicas", 30_000);
      assert(await answers(`${at("alertmanager")}/-/ready`));
    } finally {
      if (child.exitCode === null) process.kill(child.pid!, "SIGTERM");
    }
    assertEquals(await exit, 0, text);
    const pids = [...text.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
    assertEquals(pids.length, 2);
    for (const pid of pids) assert(!isAlive(pid), `${pid} runs still`);
    assert(text.trimEnd().endsWith("stopped"), text);
  });
});

/** How many replicas Prometheus reaches. */
async function upReplicas(prometheus: string): Promise<number> {
  const response = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent('sum(up{job="ncs"})')}`);
  const { data } = await response.json();
  return Number(data.result[0]?.value[1] ?? 0);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
