/** What a stream measured over time: columns as the charts take them. */
import type { AlgorithmStatus } from "neurocluster";

/** Measures kept: ten minutes at one a second. */
const KEPT = 600;

export interface History {
  /** Seconds since 1970. */
  time: number[];
  clusters: number[];
  throughput: number[];
  unexplained: (number | null)[];
  threshold: (number | null)[];
}

export const NO_HISTORY: History = { time: [], clusters: [], throughput: [], unexplained: [], threshold: [] };

/** The history with one measure more; `rate` is points a second since the one before. */
export function extend(history: History, status: AlgorithmStatus, rate: number, time: number): History {
  const and = <T>(column: T[], value: T) => [...column.slice(-KEPT + 1), value];
  return {
    time: and(history.time, time),
    clusters: and(history.clusters, status.active_clusters),
    throughput: and(history.throughput, rate),
    unexplained: and(history.unexplained, status.unexplained_rate),
    threshold: and(history.threshold, status.current_dynamic_threshold),
  };
}
