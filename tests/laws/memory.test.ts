import { describe, it } from "node:test";
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import type { Kernel } from "../../src/engine/kernel.ts";
import { kernel as module } from "../kernel.ts";
import { SEED, seeded } from "./streams.ts";

const DIMS = 2, POINTS = 10_000_000;

describe(`memory (seed ${SEED})`, () => {
  it("never grows over ten million points", () => {
    const kernel = new WebAssembly.Instance(module).exports as unknown as Kernel, r = seeded("memory");
    kernel.init(DIMS, 30, 0.71, 0.06, 0.5, 0);
    const { buffer } = kernel.memory, { byteLength } = buffer, block = kernel.blockPoints();
    const input = new Float32Array(buffer, kernel.input(), block * DIMS);
    const shapes = Float32Array.from({ length: 64 * block * DIMS }, (_, i) => r.normal() + 9 * ((i >> 1) % 5));
    for (let points = 0, round = 0; points < POINTS; points += block, round++) {
      const at = (round % 64) * block * DIMS, drift = round / 200;
      for (let i = 0; i < input.length; i++) input[i] = shapes[at + i] + drift;
      for (let from = 0; from < block;) {
        from += kernel.learn(from, block, 1);
        kernel.takeEvents();
      }
    }
    assertStrictEquals(kernel.memory.buffer, buffer);
    assertEquals(kernel.memory.buffer.byteLength, byteLength);
  });
});

describe("a stream that is explained for ever", () => {
  it("has a rate of unexplained points that is nothing in the end, not a number that processors are slow with", () => {
    const engine = Engine.create(module, 1), values = Float32Array.from({ length: 200_000 }, (_, i) => i % 2);
    let isSmall = false;
    for (let round = 0; round < 12; round++) {
      engine.learn(values);
      const { unexplainedRate } = engine.status();
      assert(unexplainedRate === 0 || unexplainedRate > 1e-300, `${unexplainedRate}`);
      isSmall ||= unexplainedRate < 1e-100;
    }
    assert(isSmall, "it fell");
  });
});
