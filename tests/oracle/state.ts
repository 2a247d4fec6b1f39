/** The state of a stream, as plain objects: what the kernel keeps in its memory, and a snapshot as bytes. */
import type { Options, StreamEvent } from "../../src/engine/mod.ts";
import type { Row } from "./lanes.ts";
import { SIZE } from "./novelty.ts";

/** A cluster as the stream remembers it between structure steps. Weights are in units of the time, see `unit`. */
export interface Cluster {
  /** Id that the user sees; whether it is its own or still its parent's; whether it came out of the blue. */
  shown: number;
  own: boolean;
  blue: boolean;
  bornAt: number;
  /** Recent distances of its points: how many were seen, running mean, running squared deviation. */
  seen: number;
  usual: number;
  deviation2: number;
  weight: number;
  /** Variance inside its micro-clusters; weight of a typical one; squared radius. */
  variance: number;
  typical: number;
  radius2: number;
  /** Running share of weight kept. */
  stability: number;
  /** Whether it is round and touches another. */
  round: boolean;
  /** Where it was announced last; its mean in the last structure step. */
  place: Row;
  mean: Row;
}

export interface Micro {
  center: Row;
  weight: number;
  /** Sum of squared distances to the centre. */
  scatter: number;
  /** Time of the last point. */
  last: number;
  cluster: Cluster | undefined;
  /** Squared distance to the nearest mature micro-cluster of its cluster, 0 for a mature one. */
  outside: number;
}

export interface State {
  readonly dims: number;
  options: Required<Options>;
  /** M: most micro-clusters. */
  readonly capacity: number;
  micros: Micro[];
  clusters: Cluster[];
  /** Points learned; weight of a point that arrives now. */
  time: number;
  unit: number;
  /** T: squared distance up to which a point is absorbed. */
  cost: number;
  untilStructure: number;
  unexplained: number;
  lastCompaction: number;
  compactions: number;
  structureSteps: number;
  /** Points between structure steps. */
  wait: number;
  unexplainedRate: number;
  /** Running mean of the points between compactions. */
  pace: number;
  /** Running share of the looked-at points that were met again, and the table that remembers them. */
  metAgain: number;
  remembered: Int32Array;
  drifts: number;
  lastDrift: number;
  /** Point at which the stream became young again, 0: it began so. */
  since: number;
  usualError: number;
  watched: number;
  excess: number;
  nextId: number;
  /** Whether a cluster waits for an id of its own. */
  waiting: boolean;
  stability: number;
  /** Events since the stream began, and those not taken yet. */
  sequence: number;
  events: StreamEvent[];
  /** Number of clusters that the silhouette chose last. */
  chosen: number;
  /** The stream's frame, one number a coordinate. */
  origin: Float64Array;
  factor: Float64Array;
  runningMean: Float64Array;
  runningVariance: Float64Array;
}

export function createState(dims: number, options: Required<Options>): State {
  return {
    dims,
    options,
    capacity: Math.max(128, 4 * options.maxClusters),
    micros: [],
    clusters: [],
    time: 0,
    unit: 1,
    cost: 0,
    untilStructure: 1,
    unexplained: 0,
    lastCompaction: 0,
    compactions: 0,
    structureSteps: 0,
    wait: 1000,
    unexplainedRate: 0,
    pace: 4000,
    metAgain: 0,
    remembered: new Int32Array(SIZE),
    drifts: 0,
    lastDrift: 0,
    since: 0,
    usualError: 0,
    watched: 0,
    excess: 0,
    nextId: 0,
    waiting: false,
    stability: 1,
    sequence: 0,
    events: [],
    chosen: 1,
    origin: new Float64Array(dims),
    factor: new Float64Array(dims).fill(1),
    runningMean: new Float64Array(dims),
    runningVariance: new Float64Array(dims),
  };
}

/** Share that everything loses when a point arrives. */
export const forget = (s: State): number => s.options.learningRate / s.capacity;

export function totalWeight(s: State): number {
  let total = 0;
  for (const micro of s.micros) total += micro.weight;
  return total;
}

export function emit(s: State, type: StreamEvent["type"], id: number, other: number): void {
  s.events.push({ sequence: ++s.sequence, type, point: s.time, id, other });
}
