/** The arrows between the folders: assembly <- src/engine <- src/service <- src/hosts. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const LINES_MAX = 250;

/** What each folder of src may import besides itself. Files in src itself are leaves: they import nothing. */
const MAY_IMPORT: Record<string, string[]> = {
  engine: [],
  // The file of a backup: web standards only.
  backup: ["src"],
  store: ["engine", "src", "node:", "postgres"],
  service: ["engine", "store", "backup", "src", "hono", "zod", "jose", "prom-client"],
  redis: ["service", "ioredis", "rate-limiter-flexible"],
  hosts: ["service", "store", "redis", "src", "node:", "cloudflare:workers"],
  // The page sees the service as any client does; it draws its streams by the recipes of the measurements.
  console: ["neurocluster", "preact", "uplot", "quality", "src"],
  // A backup without a server is made by what the server makes it with.
  cli: ["engine", "backup", "service", "store", "src", "node:", "esbuild"],
  quality: ["engine", "cli", "src", "node:"],
  // The bench runs the oracle as the plain JavaScript that the kernel is measured against.
  bench: ["engine", "cli", "quality", "src", "node:", "hono", "tests/oracle/stream.ts"],
  parity: ["engine", "cli", "quality", "src", "node:"],
  src: [],
};

/** Folders whose files may name a runtime: the servers and the commands. */
const NAMES_A_RUNTIME = ["hosts", "store", "cli", "quality", "bench", "parity"];

interface Source {
  path: string;
  folder: string;
  text: string;
  imports: string[];
}

function readSources(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readSource(join(folder, name)));
}

function readSource(path: string): Source {
  const text = withoutComments(readFileSync(join(ROOT, path), "utf8"));
  const imports = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]);
  return { path, folder: folderOf(path), text, imports };
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}

/** The folder of src that a path lies in; `src` for the files of src itself. */
function folderOf(path: string): string {
  const parts = path.split("/");
  return parts.length === 2 ? parts[0] : parts[1];
}

/** What an import names: a folder of src, `node:` or a package. */
function targetOf(source: Source, specifier: string): string {
  if (specifier.startsWith(".")) {
    const path = resolve(source, specifier);
    return path.startsWith("src/") ? folderOf(path) : path;
  }
  return specifier.startsWith("node:") ? "node:" : specifier.split("/")[0];
}

function resolve(source: Source, specifier: string): string {
  return normalize(join(dirname(source.path), specifier));
}

const sources = readSources("src");
const sdk = readSources("sdk/js/src");
const load = readSources("load");
const deploy = readSources("deploy");

/** What the package bundles of the rest: the client and the page's side of a worker bundle nothing. */
const SDK_BUNDLES = ["src/engine/mod.ts", "src/version.ts"];
/** Where it looks for what Node lacks: files by fetch, workers of the web's kind. */
const SDK_NAMES_NODE = ["sdk/js/src/kernel.ts", "sdk/js/src/port.ts"];

/** Paths that a file of the package leads to at run time, itself among them. */
function sdkClosure(path: string): Set<string> {
  const found = new Set([path]);
  for (const next of found) {
    const source = sdk.find((one) => one.path === next);
    const code = source?.text.replace(/\b(?:import|export) type\b[^;]*;/g, "") ?? "";
    for (const [, specifier] of code.matchAll(/\bfrom "(\.[^"]+)"/g)) found.add(resolve(source!, specifier));
  }
  return found;
}

describe("architecture", () => {
  it("there are sources to hold to it", () => {
    for (const folder of ["engine", "service", "hosts"]) assert(sources.some((source) => source.folder === folder));
  });

  it("a folder of src imports only what it may", () => {
    const faults = sources.flatMap((source) =>
      source.imports
        .filter((specifier) => {
          const target = targetOf(source, specifier);
          return target !== source.folder && !(MAY_IMPORT[source.folder] ?? []).includes(target);
        })
        .map((specifier) => `${source.path} imports ${specifier}`)
    );
    assertEquals(faults, []);
  });

  it("only hosts and commands name a runtime", () => {
    const faults = sources
      .filter((source) => !NAMES_A_RUNTIME.includes(source.folder))
      .flatMap((source) => {
        const named = source.text.match(/\bDeno\b|\bBun\b|\bprocess\.\w+|"node:\w+/g) ?? [];
        return named.map((name) => `${source.path} names ${name}`);
      });
    assertEquals(faults, []);
  });

  it("the package for JavaScript imports the engine alone, and its client nothing outside itself", () => {
    const outside = (paths: Iterable<string>) => [...paths].filter((path) => !path.startsWith("sdk/js/src/")).sort();
    const targets = sdk.flatMap((source) =>
      source.imports.map((specifier) => specifier.startsWith(".") ? resolve(source, specifier) : specifier)
    );
    assertEquals(outside(new Set(targets)), SDK_BUNDLES);
    assertEquals(outside(sdkClosure("sdk/js/src/local.ts")), SDK_BUNDLES);
    for (const entry of ["index", "worker"]) assertEquals(outside(sdkClosure(`sdk/js/src/${entry}.ts`)), []);
    const naming = sdk.filter(({ text }) => /\bDeno\b|\bBun\b|\bprocess\.\w+|"node:\w+/.test(text));
    assertEquals(naming.map(({ path }) => path).sort(), SDK_NAMES_NODE);
  });

  it("the local topology starts programs, and imports none of their code", () => {
    const outside = readSources("deploy/local").flatMap((source) =>
      source.imports.map((specifier) => targetOf(source, specifier))
    )
      .filter((target) => !target.startsWith("deploy/") && !["node:", "postgres"].includes(target));
    assertEquals(outside, []);
  });

  it("the scenarios of load and their reports import what k6 runs, and name no runtime", () => {
    const scripts = load.filter(({ path }) => /^load\/(k6|report)\//.test(path));
    const strangers = scripts.flatMap((source) =>
      source.imports.filter((specifier) => {
        if (!specifier.startsWith(".")) return !/^k6(\/|$)/.test(specifier) || source.folder === "report";
        return !/^(load\/(k6|report)\/|load\/scenarios|src\/bench\/stream)/.test(resolve(source, specifier));
      }).map((specifier) => `${source.path} imports ${specifier}`)
    );
    assert(scripts.length > 0);
    assertEquals(strangers, []);
    assertEquals(scripts.filter(({ text }) => /\bDeno\b|\bBun\b|\bprocess\.\w+/.test(text)), []);
  });

  it("the kernel imports nothing outside assembly", () => {
    const faults = readSources("assembly").flatMap((source) =>
      source.imports
        .map((specifier) => specifier.startsWith(".") ? resolve(source, specifier) : specifier)
        .filter((target) => !target.startsWith("assembly/"))
        .map((target) => `${source.path} imports ${target}`)
    );
    assertEquals(faults, []);
  });

  it("the built kernel imports nothing", () => {
    const module = new WebAssembly.Module(readFileSync(join(ROOT, "build/ncs.wasm")));
    assertEquals(WebAssembly.Module.imports(module), []);
  });

  it("no import goes round in a circle", () => {
    const graph = new Map(sources.map((source) => [
      source.path,
      source.imports.filter((specifier) => specifier.startsWith(".")).map((specifier) => resolve(source, specifier)),
    ]));
    const done = new Set<string>();
    const visit = (path: string, trail: string[]): void => {
      assert(!trail.includes(path), [...trail, path].join(" -> "));
      if (done.has(path)) return;
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
  });

  it(`no source file is longer than ${LINES_MAX} lines`, () => {
    const faults = [...sources, ...sdk, ...deploy, ...load]
      .map(({ path }) => ({ path, lines: readFileSync(join(ROOT, path), "utf8").split("\n").length - 1 }))
      .filter(({ lines }) => lines > LINES_MAX);
    assertEquals(faults, []);
  });
});
