/**
 * What the image's last stage holds is enough for the server, on either runtime: its COPY lines are replayed in a folder, and
 * its ENTRYPOINT and HEALTHCHECK are run there. No image is built, as there need be no Docker.
 */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Program } from "../../deploy/local/program.ts";
import { ROOT, type Runtime, runtimePath } from "../../deploy/local/runtimes.ts";
import { answers, freePort } from "../../deploy/local/wait.ts";
import { newFolder, removeFolders } from "./folders.ts";

const text = readFileSync(join(ROOT, "Dockerfile"), "utf8").replace(/\\\n\s*/g, "");
const stages = new Map(
  text.split(/^(?=FROM )/m).slice(1).map((stage) => [/^FROM \S+(?: AS (\S+))?/.exec(stage)![1] ?? "last", stage]),
);

/** The list in brackets of an instruction. */
function words(stage: string, instruction: RegExp): string[] {
  return JSON.parse(new RegExp(instruction.source + String.raw`.*?(\[.*\])$`, "m").exec(stages.get(stage)!)![1]);
}

/** Settings of ENV in a stage. */
function settings(stage: string): Record<string, string> {
  const lines = [...stages.get(stage)!.matchAll(/^ENV (.*)$/gm)].flatMap(([, line]) => line.split(" "));
  return Object.fromEntries(lines.map((line) => line.split("=")));
}

/** Lays out /app as the stages do. */
function layOut(): string {
  const folder = newFolder();
  const removed = / && rm -r (.+)$/m.exec(stages.get("build")!)![1].split(" ").map((path) => join(ROOT, path));
  for (const [, from, sources] of stages.get("app")!.matchAll(/^COPY --from=(\w+) (.+)$/gm)) {
    const paths = sources.split(" "), target = paths.pop()!;
    if (from !== "build") continue;
    for (const path of paths) {
      const to = target === "./" ? path.replace("/app/", "") : target;
      cpSync(join(ROOT, path.replace("/app/", "")), join(folder, to), {
        recursive: true,
        filter: (path) => !removed.includes(path) && !/build\/(schema|deploy|k6)|hosts\/edge/.test(path),
      });
    }
  }
  cpSync(join(ROOT, "bun.lock"), join(folder, "bun.lock"));
  const install = /RUN (bun install .*?) &&/.exec(stages.get("modules")!)![1].split(" ").slice(1);
  const { status, stderr } = spawnSync(runtimePath("bun"), install, { cwd: folder, encoding: "utf8" });
  assertEquals(status, 0, stderr);
  mkdirSync(join(folder, "data"));
  return folder;
}

after(removeFolders);

describe("the image", () => {
  let folder: string | undefined;

  for (const runtime of ["deno", "bun"] as Runtime[]) {
    it(`has what the server on ${runtime} needs, and is healthy when it is`, async () => {
      folder ??= layOut();
      const here = (word: string) => word.replace(/\/data\b/g, `${folder}/data`).replace(/^\/app\b/, folder!);
      const environment = Object.fromEntries(
        Object.entries({ ...settings("last"), ...settings(`server-${runtime}`) }).map(([name, to]) => [name, here(to)]),
      );
      if (runtime === "deno") {
        const cache = /deno (cache .*?) &&/.exec(stages.get("app")!)![1].split(" ");
        const env = { ...process.env, ...environment };
        assertEquals(spawnSync(runtimePath("deno"), cache, { cwd: folder, env }).status, 0);
      }
      const [program, ...args] = words(`server-${runtime}`, /^ENTRYPOINT/).map(here);
      assertEquals(program, runtime);
      const port = await freePort();
      const server = new Program("the image's server", {
        program: runtimePath(runtime),
        args,
        folder,
        log: join(folder, `${runtime}.log`),
        environment: {
          ...environment,
          HOST: "127.0.0.1",
          PORT: `${port}`,
          SECRET_KEY: "0123456789abcdef0123456789abcdef",
          ADMIN_PASSWORD: "twelve chars",
        },
      });
      const [, ...probe] = words(`server-${runtime}`, /CMD/);
      const isHealthy = async () => {
        const child = spawn(runtimePath(runtime), probe, { cwd: folder, env: { ...process.env, PORT: `${port}` } });
        return await new Promise((resolve) => child.on("exit", resolve)) === 0;
      };
      assert(!await isHealthy(), "it is healthy before it runs");
      server.start();
      try {
        await server.becomes(() => answers(`http://127.0.0.1:${port}/health/ready`));
        // The console and the documentation are files of the image too.
        for (const path of ["/", "/docs", "/openapi.json"]) {
          assert(await answers(`http://127.0.0.1:${port}${path}`), path);
        }
        assert(await isHealthy());
      } finally {
        await server.stop();
      }
    });
  }
});
