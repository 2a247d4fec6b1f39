/** The package in a real browser: bundled by Vite, and as it is. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "node:test";
import { assert, assertEquals, assertLess } from "@std/assert";
import { Engine } from "../../../src/engine/mod.ts";
import { kernel } from "../../../tests/kernel.ts";
import { onFolder, onPage, type Page, PLAYWRIGHT } from "./browser.ts";
import { Project } from "./project.ts";

const POINTS = 3000, MANY = 1_000_000;

/** Where modules are without a bundler. */
const IMPORTS = {
  "neurocluster/local": "/node_modules/neurocluster/dist/local.js",
  "neurocluster/worker": "/node_modules/neurocluster/dist/worker.js",
};

describe("the package in Chromium", () => {
  let project: Project;
  before(async () => {
    project = await Project.create("vite@8.3.8", PLAYWRIGHT);
    copyFileSync(fileURLToPath(new URL("page.js", import.meta.url)), join(project.folder, "page.js"));
  });
  after(() => project.remove());

  /** Learns on the page; what comes out must be what comes out here. */
  async function learnsTheSame(page: Page) {
    await page.waitForFunction("globalThis.learn");
    const said = await page.evaluate(`learn(${POINTS})`);
    const points = Float32Array.from({ length: POINTS * 3 }, (_, at) => (at % 7) + 10 * (at % 2));
    const ids = [...Engine.create(kernel, 3).learn(points).ids];
    const error = { name: "ValidationError", code: "not_finite" };
    assertEquals(said, { ids, same: ids, error, points: POINTS });
  }

  it("learns, locally and in a worker, where no bundler has touched it", async () => {
    const map = `<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`;
    project.write("index.html", `<!doctype html>${map}<script type="module" src="/page.js"></script>`);
    await onFolder(project.folder, project.folder, learnsTheSame);
  });

  it("learns, locally and in a worker, bundled by Vite, and the worker keeps the page smooth", async () => {
    project.write("index.html", `<!doctype html><script type="module" src="/page.js"></script>`);
    await project.run("npx", "vite", "build", "--logLevel", "warn");
    const html = readFileSync(join(project.folder, "dist/index.html"), "utf8");
    assert(html.includes("/assets/"), html);
    await onFolder(project.folder, join(project.folder, "dist"), async (page) => {
      await learnsTheSame(page);
      const pauses = await page.evaluate<{ local: number; worker: number }>(`pauses(${MANY})`);
      console.log(JSON.stringify({ longest_pause_ms: pauses }));
      assertLess(pauses.worker, pauses.local / 4);
    });
  });

  it("learns from Vite's development server, with the line that the README gives", async () => {
    const line = /`(optimizeDeps: .*?)`/.exec(readFileSync(new URL("../README.md", import.meta.url), "utf8"))![1];
    project.write("vite.config.js", `export default { ${line} };`);
    const vite = spawn("node", ["node_modules/vite/bin/vite.js", "--host", "127.0.0.1"], { cwd: project.folder });
    try {
      await onPage(project.folder, await printedUrl(vite.stdout), learnsTheSame);
    } finally {
      const ended = once(vite, "exit");
      vite.kill();
      await ended;
    }
  });
});

/** The address in what a program prints. */
async function printedUrl(output: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of output) {
    text += new TextDecoder().decode(chunk);
    // deno-lint-ignore no-control-regex
    const found = /http:\/\/[\d.]+:\d+\//.exec(text.replace(/\x1b\[\d+m/g, ""));
    if (found) return found[0];
  }
  throw new Error(`no address in ${text}`);
}
