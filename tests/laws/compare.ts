/** What it means that two engines say and hold the same. */
import { assertEquals } from "@std/assert";
import type { Assignment, Engine, Points, StreamEvent } from "../../src/engine/mod.ts";

/** All that an engine said of points that came in batches. */
export interface Said {
  ids: number[];
  scores: number[];
  similarities: number[];
  layers: number[];
  events: StreamEvent[];
}

function add(said: Said, { ids, outlierScores, similarities, layers }: Assignment): void {
  for (const id of ids) said.ids.push(id);
  for (const score of outlierScores) said.scores.push(score);
  for (const similarity of similarities) said.similarities.push(similarity);
  for (const layer of [layers!.geometric, layers!.statistical, layers!.temporal]) said.layers.push(layer.at(-1)!);
}

/** Learns batches; answers all that was said (of the layers: those of the last point of each batch). */
export function learnAll(engine: Engine, batches: Iterable<Points>): Said {
  const said: Said = { ids: [], scores: [], similarities: [], layers: [], events: [] };
  for (const batch of batches) {
    add(said, engine.learn(batch, { layers: true }));
    said.events.push(...engine.takeEvents());
  }
  return said;
}

/** Fails unless both hold the same state, bit for bit. */
export function assertSameState(actual: Engine, expected: Engine, message?: string): void {
  assertSameBytes(actual.snapshot(), expected.snapshot(), message);
}

/** Fails at the first octet that differs. */
export function assertSameBytes(actual: Uint8Array, expected: Uint8Array, message = "snapshots differ"): void {
  assertEquals(actual.length, expected.length, message);
  const at = actual.findIndex((octet, i) => octet !== expected[i]);
  assertEquals(at, -1, `${message} at octet ${at}`);
}

/** Cuts points into batches of the given sizes, used in turn. */
export function* cut(points: Float64Array, dims: number, sizes: () => number): Generator<Float64Array> {
  for (let at = 0; at < points.length;) {
    const end = Math.min(points.length, at + sizes() * dims);
    yield points.subarray(at, end);
    at = end;
  }
}
