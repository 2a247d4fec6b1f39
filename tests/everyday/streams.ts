/** Runs everyday streams and tells what came out. */
import { type Cluster, Engine } from "../../src/engine/mod.ts";
import { type Random, random } from "../../src/random.ts";
import { kernel } from "../kernel.ts";

export interface Outcome {
  ids: Int32Array;
  isOutlier: Uint8Array;
  /** Clusters at the end. */
  clusters: Cluster[];
  /** Most clusters after any hundred points. */
  clustersMax: number;
  /** Different ids over the whole stream, -1 apart. */
  idsTotal: number;
  /** Share of points in no cluster. */
  unexplained: number;
  /** Share of the commonest label in the second half. */
  commonest: number;
}

function commonestShare(ids: Int32Array): number {
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return Math.max(...counts.values()) / ids.length;
}

/** Learns n points that `point` makes, a hundred at a time, with the defaults. */
export function outcome(name: string, n: number, point: (r: Random, i: number) => number[]): Outcome {
  const r = random(1, name), rows = Array.from({ length: n }, (_, i) => point(r, i));
  const engine = Engine.create(kernel, rows[0].length), ids = new Int32Array(n), isOutlier = new Uint8Array(n);
  let clustersMax = 0;
  for (let from = 0; from < n; from += 100) {
    const answer = engine.learn(rows.slice(from, from + 100));
    ids.set(answer.ids, from);
    isOutlier.set(answer.isOutlier, from);
    clustersMax = Math.max(clustersMax, engine.status().clusters);
  }
  return {
    ids,
    isOutlier,
    clusters: engine.clusters(),
    clustersMax,
    idsTotal: new Set(ids.filter((id) => id >= 0)).size,
    unexplained: ids.filter((id) => id < 0).length / n,
    commonest: commonestShare(ids.subarray(n >> 1)),
  };
}

/** n coordinates of one kind. */
export const times = (n: number, value: (axis: number) => number) =>
  Array.from({ length: n }, (_, axis) => value(axis));
