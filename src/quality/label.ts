/** Labels a stream with the engine, as the protocol says: defaults, and as many clusters as the stream has, 30 at least. */
import { Engine } from "../engine/engine.ts";
import type { Labelling } from "./score.ts";
import type { LabelledStream } from "./stream.ts";

const BATCH_POINTS = 1000, MAX_CLUSTERS = 30;

/** Learns the whole stream in batches, each point labelled as it arrives. */
export function label(module: WebAssembly.Module, { dims, k, points, truth }: LabelledStream): Labelling {
  const n = truth.length, ids = new Int32Array(n), outlierScores = new Float32Array(n), drifts: number[] = [];
  const engine = Engine.create(module, dims, { maxClusters: Math.max(MAX_CLUSTERS, k) });
  const start = performance.now();
  for (let from = 0; from < n; from += BATCH_POINTS) {
    const answer = engine.learn(points.subarray(from * dims, (from + BATCH_POINTS) * dims));
    ids.set(answer.ids, from);
    outlierScores.set(answer.outlierScores, from);
    for (const event of engine.takeEvents()) if (event.type === "drift") drifts.push(event.point);
  }
  const seconds = (performance.now() - start) / 1000;
  engine.dispose();
  return { ids, outlierScores, drifts, seconds };
}
