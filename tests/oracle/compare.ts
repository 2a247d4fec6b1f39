/** The first difference between what the kernel says and what the oracle says, in words; undefined where there is none. */
import type { Assignment, StreamEvent } from "../../src/engine/mod.ts";
import { readSnapshot } from "./snapshot.ts";
import type { Cluster, State } from "./state.ts";
import type { Answer } from "./stream.ts";

function firstDifference(what: string, kernel: ArrayLike<unknown>, oracle: ArrayLike<unknown>): string | undefined {
  if (kernel.length !== oracle.length) return `${what}: ${kernel.length} in the kernel, ${oracle.length} in the oracle`;
  for (let i = 0; i < kernel.length; i++) {
    if (!Object.is(kernel[i], oracle[i])) return `${what} ${i}: kernel ${kernel[i]}, oracle ${oracle[i]}`;
  }
  return undefined;
}

/** Ids, scores, similarities and layers, bit for bit. */
export function compareAnswers(kernel: Assignment, oracle: Answer): string | undefined {
  return firstDifference("id of point", kernel.ids, oracle.ids) ??
    firstDifference("score of point", kernel.outlierScores, oracle.outlierScores) ??
    firstDifference("similarity of point", kernel.similarities, oracle.similarities) ??
    firstDifference("geometric layer of point", kernel.layers!.geometric, oracle.layers.geometric) ??
    firstDifference("statistical layer of point", kernel.layers!.statistical, oracle.layers.statistical) ??
    firstDifference("temporal layer of point", kernel.layers!.temporal, oracle.layers.temporal);
}

export function compareEvents(kernel: readonly StreamEvent[], oracle: readonly StreamEvent[]): string | undefined {
  const words = (events: readonly StreamEvent[]) =>
    events.map(({ sequence, type, point, id, other }) => `${sequence} ${type} at ${point}: ${id}, ${other}`);
  return firstDifference("event", words(kernel), words(oracle));
}

/** Snapshots, byte for byte; where they differ, the first field that does. */
export function compareSnapshots(kernel: Uint8Array, oracle: Uint8Array): string | undefined {
  const byte = firstDifference("snapshot byte", kernel, oracle);
  return byte && (compareStates(readSnapshot(kernel), readSnapshot(oracle)) ?? byte);
}

function compareStates(kernel: State, oracle: State): string | undefined {
  for (const name of Object.keys(kernel) as (keyof State)[]) {
    const a = kernel[name], b = oracle[name];
    const difference = ArrayBuffer.isView(a)
      ? firstDifference(name, a as Float64Array, b as Float64Array)
      : typeof a === "object"
      ? undefined
      : firstDifference(name, [a], [b]);
    if (difference) return difference;
  }
  return compareMicros(kernel, oracle) ?? compareClusters(kernel.clusters, oracle.clusters);
}

function compareMicros(kernel: State, oracle: State): string | undefined {
  if (kernel.micros.length !== oracle.micros.length) {
    return firstDifference("micro-clusters", kernel.micros, oracle.micros);
  }
  for (const [i, micro] of kernel.micros.entries()) {
    const other = oracle.micros[i], fields = ["weight", "scatter", "last", "outside"] as const;
    const slots = [kernel.clusters.indexOf(micro.cluster!), oracle.clusters.indexOf(other.cluster!)];
    const difference = firstDifference(`micro-cluster ${i}, centre`, micro.center, other.center) ??
      firstDifference(
        `micro-cluster ${i}, ${fields}`,
        fields.map((name) => micro[name]),
        fields.map((name) => other[name]),
      ) ??
      firstDifference(`micro-cluster ${i}, cluster`, [slots[0]], [slots[1]]);
    if (difference) return difference;
  }
  return undefined;
}

function compareClusters(kernel: readonly Cluster[], oracle: readonly Cluster[]): string | undefined {
  if (kernel.length !== oracle.length) return firstDifference("clusters", kernel, oracle);
  for (const [c, cluster] of kernel.entries()) {
    const names = Object.keys(cluster).filter((name) => name !== "place" && name !== "mean") as (keyof Cluster)[];
    const difference = firstDifference(
      `cluster ${c}, ${names}`,
      names.map((name) => cluster[name]),
      names.map((name) => oracle[c][name]),
    ) ?? firstDifference(`cluster ${c}, place`, cluster.place, oracle[c].place) ??
      firstDifference(`cluster ${c}, mean`, cluster.mean, oracle[c].mean);
    if (difference) return difference;
  }
  return undefined;
}
