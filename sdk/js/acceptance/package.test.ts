/** The package as its users get it: installed from the tarball, on every runtime, with its types. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { Engine } from "../../../src/engine/mod.ts";
import { VERSION } from "../../../src/version.ts";
import { kernel } from "../../../tests/kernel.ts";
import manifest from "../package.json" with { type: "json" };
import { Project, RUNTIMES } from "./project.ts";
import { gzipBytes, minified } from "./size.ts";

/** Learns the same points locally and in a worker, and prints what each says. */
const PROGRAM = `
import { NeuroClusterClient, ValidationError } from "neurocluster";
import { NeuroClusterLocal, ValidationError as SameError } from "neurocluster/local";
import { NeuroClusterWorker } from "neurocluster/worker";

const points = Float32Array.from({ length: 3000 }, (_, at) => (at % 7) + 10 * (at % 2));
const local = await NeuroClusterLocal.create();
const worker = await NeuroClusterWorker.create();
const ids = await local.processPoints(points, { dims: 3 });
const same = await worker.processPoints(points, { dims: 3, transfer: true });
const error = await worker.processPoints([[1]]).catch((error) => error);
worker.terminate();
new NeuroClusterClient({ baseUrl: "http://localhost:8000" });
console.log(JSON.stringify({
  ids: [...ids], same: [...same], isSame: ValidationError === SameError,
  isValidation: error instanceof ValidationError, transferred: points.length,
  kernel: import.meta.resolve("neurocluster/kernel.wasm").endsWith("dist/ncs.wasm"),
}));
`;

/** Uses every type as a user would; \`@ts-expect-error\` lines must be errors. */
const TYPED = `
import { NeuroClusterClient, type PointResult, RateLimitError, type StreamVerbs } from "neurocluster";
import { NeuroClusterLocal } from "neurocluster/local";
import { NeuroClusterWorker } from "neurocluster/worker";

export async function use(stream: StreamVerbs): Promise<Int32Array> {
  const results: PointResult[] = await stream.processPoints([[1, 2]], { include: "layers" });
  const ids: Int32Array = await stream.processPoints([[1, 2]], { detail: "ids" });
  // @ts-expect-error octets need dims
  await stream.processPoints(new Float32Array(2), {});
  // @ts-expect-error no such health
  await stream.clustersSummary({ health_status: "fine" });
  for await (const { type, sequence } of stream.events()) if (type === "drift" || sequence > 9) break;
  return results[0].cluster_id < 0 ? ids : await stream.assign(new Float32Array(2), { dims: 2 });
}
const client = new NeuroClusterClient({ baseUrl: "http://localhost", apiKey: "k" });
await use(client).catch((error) => error instanceof RateLimitError && error.retryAfter_ms);
await use(client.stream("a"));
await use(await NeuroClusterLocal.create({ parameters: { max_clusters: 3 } }));
await use(await NeuroClusterWorker.create());
`;

describe("the package", () => {
  let project: Project;
  before(async () => project = await Project.create());
  after(() => project.remove());

  for (const [name, runtime] of Object.entries(RUNTIMES)) {
    it(`learns on ${name}, locally and in a worker`, async () => {
      project.write("main.mjs", PROGRAM);
      const printed = JSON.parse(await project.run(...runtime, "main.mjs"));
      const points = Float32Array.from({ length: 3000 }, (_, at) => (at % 7) + 10 * (at % 2));
      const ids = [...Engine.create(kernel, 3).learn(points).ids];
      assertEquals(printed, { ids, same: ids, isSame: true, isValidation: true, transferred: 0, kernel: true });
    });
  }

  for (const resolution of ["bundler", "nodenext"]) {
    it(`has types for moduleResolution ${resolution}`, async () => {
      project.write("typed.ts", TYPED);
      const module = resolution === "bundler" ? "esnext" : "nodenext";
      const flags = [
        "--noEmit",
        "--strict",
        "--target",
        "esnext",
        "--module",
        module,
        "--moduleResolution",
        resolution,
      ];
      const tsc = ["npx", "-y", "-p", "typescript@7.0.2", "tsc", ...flags, "--types", ""];
      await project.run(...tsc, "typed.ts");
      project.write("wrong.ts", TYPED.replaceAll("// @ts-expect-error", "//"));
      await assertRejects(() => project.run(...tsc, "wrong.ts"), Error, "TS2");
    });
  }

  it("needs no other package, has the version of the server, and says which file has a side effect", () => {
    assertEquals(Object.keys(manifest).filter((key) => key.toLowerCase().includes("dependencies")), []);
    assertEquals(manifest.version, VERSION);
    assertEquals(readdirSync(join(project.folder, "node_modules")).filter((name) => !name.startsWith(".")), [
      "neurocluster",
    ]);
    assertEquals(manifest.sideEffects, ["./dist/thread.js"]);
  });

  it("is small: the client 6 kB, without a server 12 kB, gzipped", async () => {
    const size = async (code: string) => gzipBytes(await minified(project, code));
    const sizes = {
      client: await size(`export * from "neurocluster"`),
      local: await size(`export * from "neurocluster/local"`),
      worker: await size(`export * from "neurocluster/worker"`),
      thread: await size(`import "./node_modules/neurocluster/dist/thread.js"`),
    };
    console.log(JSON.stringify(sizes));
    assertLess(sizes.client, 6_000);
    assertLess(sizes.local, 12_000);
    assertLess(sizes.worker + sizes.thread, 12_000);
  });

  it("leaves nothing behind where little or nothing of it is used", async () => {
    assertEquals(
      (await minified(project, `import "neurocluster"; import "neurocluster/local"; import "neurocluster/worker";`))
        .trim(),
      "",
    );
    const one = await minified(project, `export { ValidationError } from "neurocluster"`);
    assert(!one.includes("idempotency-key"), one);
  });
});
