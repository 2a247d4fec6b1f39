import { describe, it } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Engine, NcsError, type Options } from "../../src/engine/mod.ts";
import { kernel } from "../kernel.ts";
import { assertSameBytes, assertSameState, learnAll } from "./compare.ts";
import { eventful, SEED, seeded } from "./streams.ts";

const DIMS = 3;

/** Points after which a stream is cut: before the first, in its first minute, before and after compactions. */
const CUTS = [0, 1, 5, 32, 33, 127, 129, 1000, 2999];

function learned(points: Float64Array, options?: Options): Engine {
  const engine = Engine.create(kernel, DIMS, options);
  if (points.length > 0) engine.learn(points);
  engine.takeEvents();
  return engine;
}

describe(`snapshots (seed ${SEED})`, () => {
  for (const options of [{}, { scaling: "standard" }] as const) {
    it(`restored go on as if never stopped, bit for bit, ${JSON.stringify(options)}`, () => {
      const points = eventful(seeded("go on"), 5000, DIMS);
      for (const cut of CUTS) {
        const before = points.subarray(0, cut * DIMS), after = [points.subarray(cut * DIMS)];
        const unbroken = learned(before, options), snapshot = unbroken.snapshot();
        const fresh = Engine.restore(kernel, snapshot), used = learned(points.subarray(0, 900), {});
        used.restore(snapshot);
        assertSameBytes(fresh.snapshot(), snapshot, `restored after ${cut}`);
        const expected = learnAll(unbroken, after);
        for (const restored of [fresh, used]) {
          assertEquals(learnAll(restored, after), expected, `after ${cut}`);
          assertSameState(restored, unbroken, `going on after ${cut}`);
        }
      }
    });
  }

  it("carry the parameters", () => {
    const options = {
      maxClusters: 12,
      baseThreshold: 0.8,
      learningRate: 0.1,
      outlierThreshold: 0.4,
      scaling: "standard",
    } as const;
    assertEquals(Engine.restore(kernel, Engine.create(kernel, DIMS, options).snapshot()).options, options);
  });

  it("taking one changes nothing", () => {
    const engine = learned(eventful(seeded("taking"), 700, DIMS));
    assertSameBytes(engine.snapshot(), engine.snapshot());
  });
});

describe(`assign (seed ${SEED})`, () => {
  it("changes nothing, whatever it is asked", () => {
    const points = eventful(seeded("assign"), 3000, DIMS);
    for (const cut of CUTS) {
      const engine = learned(points.subarray(0, cut * DIMS)), before = engine.snapshot();
      const first = engine.assign(points), second = engine.assign(points);
      assertEquals(first, second);
      assertSameBytes(engine.snapshot(), before, `after ${cut}`);
      assertEquals(engine.takeEvents(), []);
    }
  });

  it("says the same of a point alone and of one among others", () => {
    const points = eventful(seeded("alone"), 500, DIMS), engine = learned(points), together = engine.assign(points);
    for (let i = 0; i < 500; i++) {
      const { ids, outlierScores, similarities } = engine.assign(points.subarray(i * DIMS, (i + 1) * DIMS));
      assertEquals([ids[0], outlierScores[0], similarities[0]], [
        together.ids[i],
        together.outlierScores[i],
        together.similarities[i],
      ]);
    }
  });
});

describe(`what is refused (seed ${SEED})`, () => {
  const points = eventful(seeded("refused"), 2000, DIMS);
  const engine = learned(points), intact = engine.snapshot(), r = seeded("damage");

  function assertRefused(damaged: Uint8Array, what: string): void {
    for (
      const take of [() => engine.restore(damaged), () => engine.merge(damaged), () => Engine.restore(kernel, damaged)]
    ) {
      const error = assertThrows(take, NcsError, undefined, what);
      assert(error.code.startsWith("snapshot_") || error.code === "dims_mismatch", `${what}: ${error.code}`);
    }
    assertSameBytes(engine.snapshot(), intact, what);
  }

  it("snapshots cut short at any length", () => {
    for (let length = 0; length < intact.length; length += length < 64 ? 1 : 1 + r.integer(intact.length >> 6)) {
      assertRefused(intact.slice(0, length), `${length} octets`);
    }
    assertRefused(new Uint8Array([...intact, 0]), "one octet more");
  });

  it("snapshots with any one bit flipped", () => {
    for (let octet = 0; octet < intact.length; octet += octet < 64 ? 1 : 1 + r.integer(intact.length >> 7)) {
      const damaged = intact.slice(), bit = r.integer(8);
      damaged[octet] ^= 1 << bit;
      assertRefused(damaged, `bit ${bit} of octet ${octet}`);
    }
  });

  it("batches with one bad coordinate anywhere", () => {
    for (const bad of [NaN, Infinity, -Infinity, 1.1e15, -1e300]) {
      for (const length of [1, 2, 700, 20000]) {
        const batch = Float64Array.from({ length: length * DIMS }, () => r.normal());
        batch[r.integer(batch.length)] = bad;
        assertThrows(() => engine.learn(batch), NcsError);
        assertSameBytes(engine.snapshot(), intact, `${bad} among ${length} points`);
      }
    }
  });
});
