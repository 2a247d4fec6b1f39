import { describe, it } from "node:test";
import { readFileSync } from "node:fs";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError, helpText, readConfig, VARIABLES } from "../../src/service/mod.ts";
import { VERSION } from "../../src/version.ts";

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

function read(environment: Record<string, string>) {
  return readConfig((name) => environment[name]);
}

describe("readConfig()", () => {
  it("has defaults for everything", () => {
    const { port, host, streams: { parameters: stream } } = read({});
    assertEquals([port, host, stream], [8000, "127.0.0.1", {}]);
  });

  it("reads every variable", () => {
    const config = read({
      PORT: "0",
      HOST: "0.0.0.0",
      NCS_BASE_THRESHOLD: "0.8",
      NCS_LEARNING_RATE: "1e-3",
      NCS_MAX_CLUSTERS: " 12 ",
      NCS_OUTLIER_THRESHOLD: "0.6",
      NCS_SCALING: "standard",
    });
    assertEquals([config.port, config.host], [0, "0.0.0.0"]);
    assertEquals(config.streams.parameters, {
      baseThreshold: 0.8,
      learningRate: 0.001,
      maxClusters: 12,
      outlierThreshold: 0.6,
      scaling: "standard",
    });
  });

  it("takes an empty variable as unset", () => {
    assertEquals(read({ PORT: "", NCS_MAX_CLUSTERS: " " }), read({}));
  });

  it("names every variable that is bad", () => {
    const error = assertThrows(() => read({ PORT: "80a", NCS_MAX_CLUSTERS: "1", NCS_SCALING: "x" }), ConfigError);
    assertEquals(error.message.split("\n"), [
      'PORT: must be an integer from 0 to 65535, not "80a"',
      'NCS_MAX_CLUSTERS: max_clusters must be an integer from 2 to 256, not "1"',
      'NCS_SCALING: scaling must be none or standard, not "x"',
    ]);
  });

  it("refuses ports that are none", () => {
    for (const PORT of ["-1", "65536", "80.5", "0x50", "http"]) assertThrows(() => read({ PORT }), ConfigError, "PORT");
  });

  it("reads only variables that --help prints and that the server may read", () => {
    const asked = new Set<string>();
    readConfig((name) => {
      asked.add(name);
      return undefined;
    });
    assertEquals([...asked].sort(), VARIABLES.map((variable) => variable.name).sort());
    for (const { name, default: value } of VARIABLES) {
      assertStringIncludes(helpText(VERSION), name);
      assertStringIncludes(helpText(VERSION), `(default ${value})`);
    }
    const { serve } = JSON.parse(textOf("deno.json")).tasks;
    const allowed = /--allow-env=(\S+)/.exec(serve)![1].split(",");
    assertEquals(allowed.sort(), [...asked].sort());
  });
});

describe("VERSION", () => {
  it("is that of package.json and of the changelog", () => {
    assertEquals(VERSION, JSON.parse(textOf("package.json")).version);
    assert(textOf("CHANGELOG.md").includes(`## ${VERSION}`));
  });
});
