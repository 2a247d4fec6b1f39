/** Snapshots of every format that was ever released are read, and their streams go on as they did then. */
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { formatOf, goOn, readRecord, readSnapshot, RECIPES } from "../fixtures/recorded.ts";
import { kernel } from "../kernel.ts";

const recorded = readRecord();

describe("a snapshot that an older build kept", () => {
  for (const record of recorded) {
    it(`is restored and goes on as recorded: ${record.file}`, () => {
      const snapshot = readSnapshot(record), engine = Engine.restore(kernel, snapshot);
      assertEquals(formatOf(snapshot), record.format);
      assertEquals([engine.dims, { ...engine.options, ...record.options }], [record.dims, engine.options]);
      assertEquals(engine.status().points, record.before.points);
      assertEquals(goOn(engine, record), record.digest);
    });

    it(`is merged: ${record.file}`, () => {
      const engine = Engine.restore(kernel, readSnapshot(record)), weight = engine.status().weight;
      engine.merge(readSnapshot(record));
      assert(Math.abs(engine.status().weight / weight - 2) < 1e-9);
    });
  }

  it("is there for each kind of stream in the format of this build; else `deno run -A tests/fixtures/recorded.ts`", () => {
    const current = formatOf(Engine.create(kernel, 2).snapshot());
    const names = recorded.filter(({ format }) => format === current).map(({ name }) => name);
    assertEquals(names, RECIPES.map(({ name }) => name));
  });
});
