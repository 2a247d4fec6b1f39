import { describe, it } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Assignment, Engine, NcsError, type StreamEvent } from "../../src/engine/mod.ts";
import { EventQueue, EVENTS_WAITING_MAX } from "../../src/engine/events.ts";
import { blobs, kernel } from "../kernel.ts";

const DIMS = 3;

function join(parts: Assignment[]): { ids: number[]; scores: number[]; similarities: number[] } {
  return {
    ids: parts.flatMap((part) => Array.from(part.ids)),
    scores: parts.flatMap((part) => Array.from(part.outlierScores)),
    similarities: parts.flatMap((part) => Array.from(part.similarities)),
  };
}

describe("Engine", () => {
  it("learn() answers as many of each as there are points, each in its range", () => {
    const points = 5000;
    const { ids, outlierScores, isOutlier, similarities, layers } = Engine.create(kernel, DIMS)
      .learn(blobs(points, DIMS), { layers: true });
    for (const part of [ids, outlierScores, isOutlier, similarities, ...Object.values(layers!)]) {
      assertEquals(part.length, points);
      assertEquals(part.buffer.byteLength, part.byteLength, "its buffer holds nothing else");
    }
    for (const part of [outlierScores, similarities, ...Object.values(layers!)]) {
      assert(part.every((value: number) => value >= 0 && value <= 1));
    }
    assert(ids.every((id) => id >= -1));
    assert(isOutlier.every((flag, point) => flag === (outlierScores[point] >= 0.5 ? 1 : 0)));
  });

  it("learn() answers layers only when asked", () => {
    assertEquals(Engine.create(kernel, DIMS).learn(blobs(10, DIMS)).layers, undefined);
  });

  it("outlierThreshold decides what is flagged", () => {
    const all = Engine.create(kernel, DIMS, { outlierThreshold: 0 }).learn(blobs(100, DIMS));
    assert(all.isOutlier.every((flag) => flag === 1));
  });

  it("learn() does not care how a stream is cut into batches", () => {
    const flat = blobs(4000, DIMS);
    const whole = Engine.create(kernel, DIMS);
    const cut = Engine.create(kernel, DIMS);
    const parts: Assignment[] = [];
    for (let from = 0, size = 1; from < 4000; from += size, size = (size * 7) % 1021) {
      parts.push(cut.learn(flat.subarray(from * DIMS, Math.min(4000, from + size) * DIMS)));
    }
    assertEquals(join(parts), join([whole.learn(flat)]));
    assertEquals(cut.snapshot(), whole.snapshot());
    assertEquals(cut.takeEvents(), whole.takeEvents());
  });

  it("assign() labels and changes nothing", () => {
    const engine = Engine.create(kernel, DIMS);
    engine.learn(blobs(3000, DIMS));
    const before = engine.snapshot();
    const first = engine.assign(blobs(3000, DIMS, 2), { layers: true });
    assertEquals(engine.assign(blobs(3000, DIMS, 2), { layers: true }), first);
    assertEquals(engine.snapshot(), before);
  });

  it("assign() on an empty stream explains nothing", () => {
    const { ids } = Engine.create(kernel, DIMS).assign(blobs(5, DIMS));
    assertEquals(Array.from(ids), [-1, -1, -1, -1, -1]);
  });

  it("status() counts the points", () => {
    const engine = Engine.create(kernel, DIMS);
    assertEquals([engine.status().points, engine.status().clusters, engine.status().dims], [0, 0, DIMS]);
    engine.learn(blobs(1234, DIMS));
    const status = engine.status();
    assertEquals(status.points, 1234);
    assertEquals(status.clusters, engine.clusters().length);
    assert(Object.values(status).every(Number.isFinite));
  });

  it("a stream of three dimensions takes at most 128 kB", () => {
    const { stateBytes } = Engine.create(kernel, 3).status();
    assert(stateBytes > 0 && stateBytes <= 128_000, `${stateBytes} bytes`);
  });

  it("clusters() describes three far blobs", () => {
    const engine = Engine.create(kernel, DIMS);
    const { ids } = engine.learn(blobs(5000, DIMS));
    const clusters = engine.clusters();
    assertEquals(clusters.length, 3);
    assertEquals(new Set(clusters.map((cluster) => cluster.id)).size, 3);
    for (const { id, center, size, radius, health, born, lastPoint } of clusters) {
      assertEquals(center.length, DIMS);
      assert(ids.includes(id) && size > 0 && radius > 0 && born >= 1 && lastPoint <= 5000);
      assert(["healthy", "ageing", "weak"].includes(health.status));
    }
    const peaks = clusters.map((cluster) => Math.round(Math.max(...cluster.center) / 20)).sort();
    assertEquals(peaks, [1, 2, 3]);
  });

  it("takeEvents() answers each event once, in order", () => {
    const engine = Engine.create(kernel, DIMS);
    engine.learn(blobs(2000, DIMS));
    const events = engine.takeEvents();
    assert(events.length > 0);
    assertEquals(events.map((event) => event.sequence), events.map((_, index) => index + 1));
    assertEquals(events[0].type, "born");
    assertEquals(engine.takeEvents(), []);
  });

  it("learnInBlocks() says what learn() says, and lets others look and ask meanwhile", () => {
    const points = blobs(1000, DIMS);
    const engine = Engine.create(kernel, DIMS);
    const blocks = engine.learnInBlocks(points, { layers: true });
    let pauses = 0, next = blocks.next();
    for (; !next.done; next = blocks.next()) {
      pauses++;
      engine.assign([[1, 2, 3]]);
      engine.clusters();
      assertEquals(engine.status().points % 1000 > 0, true);
    }
    assert(pauses > 1);
    assertEquals(next.value, Engine.create(kernel, DIMS).learn(points, { layers: true }));
    points[points.length - 1] = NaN;
    assertEquals(assertThrows(() => engine.learnInBlocks(points).next(), NcsError).code, "not_finite");
    assertEquals(engine.status().points, 1000);
  });

  it("two engines of one module share nothing", () => {
    const one = Engine.create(kernel, DIMS);
    const other = Engine.create(kernel, DIMS);
    one.learn(blobs(100, DIMS));
    assertEquals(other.status().points, 0);
  });

  it("a disposed engine says so", () => {
    const engine = Engine.create(kernel, DIMS);
    const snapshot = engine.snapshot();
    engine.dispose();
    engine.dispose();
    const calls = [
      () => engine.learn([[1, 2, 3]]),
      () => engine.assign([[1, 2, 3]]),
      () => engine.clusters(),
      () => engine.status(),
      () => engine.takeEvents(),
      () => engine.snapshot(),
      () => engine.restore(snapshot),
      () => engine.merge(snapshot),
    ];
    for (const call of calls) assertEquals(assertThrows(call, NcsError).code, "disposed");
  });
});

describe("EventQueue", () => {
  it("take() answers the latest events when more were added than may wait", () => {
    const queue = new EventQueue();
    const added = 3 * EVENTS_WAITING_MAX;
    for (let sequence = 1; sequence <= added; sequence++) {
      queue.addRows(new Float64Array([sequence, 0, sequence, 1, -1]), 1);
    }
    const events: StreamEvent[] = queue.take();
    assertEquals(events.length, EVENTS_WAITING_MAX);
    assertEquals(events[0].sequence, added - EVENTS_WAITING_MAX + 1);
    assertEquals(events.at(-1)?.sequence, added);
  });
});
