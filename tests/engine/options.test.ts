import { describe, it } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { Engine, NcsError, optionFromText, OPTIONS, type Options, resolveOptions } from "../../src/engine/mod.ts";
import { kernel } from "../kernel.ts";

function codeOf(act: () => unknown): string {
  return assertThrows(act, NcsError).code;
}

describe("options", () => {
  it("resolveOptions() fills the defaults in", () => {
    assertEquals(resolveOptions(), {
      maxClusters: 30,
      baseThreshold: 0.71,
      learningRate: 0.06,
      outlierThreshold: 0.5,
      scaling: "none",
    });
    assertEquals(resolveOptions({ maxClusters: 7 }).maxClusters, 7);
    assertEquals(resolveOptions({ maxClusters: undefined }).maxClusters, 30);
  });

  const bad: [string, unknown][] = [
    ["maxClusters", 1],
    ["maxClusters", 257],
    ["maxClusters", 2.5],
    ["maxClusters", "30"],
    ["maxClusters", NaN],
    ["baseThreshold", 0],
    ["baseThreshold", 1],
    ["learningRate", 0],
    ["learningRate", 1.01],
    ["learningRate", Infinity],
    ["outlierThreshold", -0.1],
    ["outlierThreshold", 1.1],
    ["scaling", "minmax"],
    ["scaling", 1],
    ["clusters", 3],
    ["toString", 3],
  ];
  for (const [name, value] of bad) {
    it(`Engine.create() refuses ${name} = ${value}`, () => {
      const error = assertThrows(() => Engine.create(kernel, 2, { [name]: value } as Options), NcsError, name);
      assertEquals(error.code, "invalid_option");
    });
  }

  it("Engine.create() takes the bounds of each range", () => {
    for (const maxClusters of [2, 256]) Engine.create(kernel, 2, { maxClusters }).dispose();
    for (const learningRate of [0.0001, 1]) Engine.create(kernel, 2, { learningRate }).dispose();
    for (const outlierThreshold of [0, 1]) Engine.create(kernel, 2, { outlierThreshold }).dispose();
  });

  it("configure() leaves what is undefined as it is", () => {
    const engine = Engine.create(kernel, 2, { maxClusters: 9, learningRate: 0.2 });
    engine.configure({ maxClusters: undefined, learningRate: undefined, outlierThreshold: 0.9 });
    const { maxClusters, learningRate, outlierThreshold } = engine.options;
    assertEquals([maxClusters, learningRate, outlierThreshold], [9, 0.2, 0.9]);
  });

  it("Engine.create() takes dims from 1 to 1024", () => {
    for (const dims of [1, 2, 1000, 1024]) assertEquals(Engine.create(kernel, dims).dims, dims);
    for (const dims of [0, -1, 1025, 1.5, NaN, "3" as unknown as number]) {
      assertEquals(codeOf(() => Engine.create(kernel, dims)), "invalid_option");
    }
  });

  it("engine.options is a copy with the defaults filled in", () => {
    const engine = Engine.create(kernel, 2, { scaling: "standard" });
    engine.options.maxClusters = 5;
    assertEquals(engine.options, { ...resolveOptions(), scaling: "standard" });
  });

  it("optionFromText() reads an option by either of its names", () => {
    assertEquals(optionFromText("max_clusters", "12"), { maxClusters: 12 });
    assertEquals(optionFromText("learningRate", "1e-2"), { learningRate: 0.01 });
    assertEquals(optionFromText("scaling", "standard"), { scaling: "standard" });
  });

  it("optionFromText() refuses what is no value and what is no option", () => {
    for (const text of ["", " ", "12x", "1", "Infinity", "0x"]) {
      assertEquals(codeOf(() => optionFromText("max_clusters", text)), "invalid_option");
    }
    assertEquals(codeOf(() => optionFromText("clusters", "12")), "invalid_option");
  });

  it("OPTIONS has a default inside each range", () => {
    assertEquals(Object.keys(OPTIONS), Object.keys(resolveOptions()));
  });
});
