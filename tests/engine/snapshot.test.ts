import { describe, it } from "node:test";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Engine, NcsError } from "../../src/engine/mod.ts";
import { blobs, kernel } from "../kernel.ts";

const DIMS = 3;
const OPTIONS = { maxClusters: 12, baseThreshold: 0.6, learningRate: 0.1, outlierThreshold: 0.4, scaling: "standard" };

function learned(points = 3000, seed = 1): Engine {
  const engine = Engine.create(kernel, DIMS);
  engine.learn(blobs(points, DIMS, seed));
  return engine;
}

/** Static restore, restore and merge all refuse the octets; the engine and the octets stay as they were. */
function assertRefused(snapshot: Uint8Array, codes: string[]): void {
  const engine = learned();
  const before = engine.snapshot();
  const acts = [
    () => Engine.restore(kernel, snapshot),
    () => engine.restore(snapshot),
    () => engine.merge(snapshot),
  ];
  for (const act of acts) {
    const { code } = assertThrows(act, NcsError);
    assert(codes.includes(code), `${code} is not ${codes}`);
  }
  assertEquals(engine.snapshot(), before);
}

describe("snapshot", () => {
  it("restore and go on is the same as going on", () => {
    const engine = learned();
    const restored = Engine.restore(kernel, engine.snapshot());
    const next = blobs(3000, DIMS, 9);
    engine.takeEvents();
    assertEquals(restored.learn(next), engine.learn(next));
    assertEquals(restored.snapshot(), engine.snapshot());
    assertEquals(restored.takeEvents(), engine.takeEvents());
    assertEquals(restored.clusters(), engine.clusters());
    assertEquals(restored.status(), engine.status());
  });

  it("a stream that has seen nothing can be kept as well", () => {
    const restored = Engine.restore(kernel, Engine.create(kernel, 5).snapshot());
    assertEquals([restored.dims, restored.status().points], [5, 0]);
  });

  it("restore() brings dims and parameters along", () => {
    const engine = Engine.create(kernel, 7, OPTIONS as Parameters<typeof Engine.create>[2]);
    engine.learn(blobs(100, 7));
    const restored = Engine.restore(kernel, engine.snapshot());
    assertEquals(restored.dims, 7);
    assertEquals(restored.options, engine.options);
  });

  it("engine.restore() replaces state, parameters and waiting events", () => {
    const other = Engine.create(kernel, DIMS, OPTIONS as Parameters<typeof Engine.create>[2]);
    other.learn(blobs(700, DIMS));
    const engine = learned();
    engine.restore(other.snapshot());
    assertEquals(engine.options, other.options);
    assertEquals(engine.status(), other.status());
    assertEquals(engine.takeEvents(), []);
  });

  it("a snapshot is a copy", () => {
    const engine = learned();
    const snapshot = engine.snapshot();
    const copy = snapshot.slice();
    engine.learn(blobs(100, DIMS));
    assertEquals(snapshot, copy);
    assertNotEquals(engine.snapshot(), snapshot);
  });

  it("a truncated snapshot is refused at whatever length", () => {
    const snapshot = learned().snapshot();
    for (const length of [0, 3, 4, 20, 47, 48, 55, 56, snapshot.length >> 1, snapshot.length - 1]) {
      assertRefused(snapshot.subarray(0, length), ["snapshot_truncated"]);
    }
  });

  it("a snapshot with one octet changed is refused, wherever", () => {
    const snapshot = learned(500).snapshot();
    const step = Math.max(1, Math.floor(snapshot.length / 150));
    for (let at = 0; at < snapshot.length; at += at < 48 ? 1 : step) {
      const damaged = snapshot.slice();
      damaged[at] ^= 1 << (at % 8);
      assertRefused(damaged, ["snapshot_damaged", "snapshot_foreign", "snapshot_truncated", "dims_mismatch"]);
    }
  });

  it("a longer snapshot is refused", () => {
    const snapshot = learned(500).snapshot();
    const longer = new Uint8Array(snapshot.length + 8);
    longer.set(snapshot);
    assertRefused(longer, ["snapshot_damaged"]);
  });

  it("what is no snapshot, or one of another version, is foreign", () => {
    assertRefused(new TextEncoder().encode('{"points": [[1, 2, 3]]}'), ["snapshot_foreign"]);
    const version = learned(500).snapshot();
    version[4] = 99;
    assertRefused(version, ["snapshot_foreign"]);
  });

  it("restore() and merge() refuse the snapshot of a stream of other dims", () => {
    const other = Engine.create(kernel, 4);
    other.learn(blobs(100, 4));
    const engine = learned();
    const before = engine.snapshot();
    for (const act of [() => engine.restore(other.snapshot()), () => engine.merge(other.snapshot())]) {
      assertEquals(assertThrows(act, NcsError).code, "dims_mismatch");
    }
    assertEquals(engine.snapshot(), before);
  });

  it("merge() puts two halves of a stream together", () => {
    const [left, right] = [learned(2500, 1), learned(2500, 2)];
    const weight = left.status().weight + right.status().weight;
    left.merge(right.snapshot());
    assert(Math.abs(left.status().weight / weight - 1) < 1e-9);
    assertEquals(left.clusters().length, 3);
    assertEquals(right.status().points, 2500);
  });

  it("a snapshot inside a larger buffer is read where it is", () => {
    const snapshot = learned().snapshot();
    const larger = new Uint8Array(snapshot.length + 13);
    larger.set(snapshot, 13);
    assertEquals(Engine.restore(kernel, larger.subarray(13)).snapshot(), snapshot);
  });
});
