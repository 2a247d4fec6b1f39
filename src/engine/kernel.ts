/** The exports of the kernel: what `assembly/index.ts` offers, as TypeScript sees it. */
export interface Kernel {
  readonly memory: WebAssembly.Memory;
  /** Lays the memory out; once per instance. Scaling: 0 none, 1 standard. Answers a status. */
  init(
    dims: number,
    maxClusters: number,
    baseThreshold: number,
    learningRate: number,
    outlierThreshold: number,
    scaling: number,
  ): number;
  /** Other parameters from the next point on; a status. */
  configure(baseThreshold: number, learningRate: number, outlierThreshold: number): number;
  /** Points that fit the input block. */
  blockPoints(): number;
  /** Address of the input block: f64[blockPoints x dims], or f32 in the same place. */
  input(): number;
  /** Addresses of what learn and assign say of the block: i32, f32, f32 and three f32 a point. */
  labels(): number;
  scores(): number;
  similarities(): number;
  layers(): number;
  /** Index of the first coordinate of the block that is not finite or beyond 1e15, -1: none. */
  check(points: number, single: number): number;
  /** Learns points [from, to) of the block; answers how many: fewer when events must be taken first. Negative: a status. */
  learn(from: number, to: number, single: number): number;
  /** Labels points [0, points) of the block; changes nothing. */
  assign(points: number, single: number): number;
  /** Address of the waiting events, f64[count x 5]: sequence, type, point, id, other. */
  events(): number;
  /** Takes the waiting events: answers their count, and forgets them at the next learn. */
  takeEvents(): number;
  /** Address and size in bytes of the buffer through which views and snapshots pass. */
  exchange(): number;
  exchangeBytes(): number;
  /** Writes rows of f64 to the exchange buffer; answers their count. See CLUSTER_FIELDS. */
  clusters(): number;
  /** Writes STATUS_FIELDS as f64 to the exchange buffer. */
  status(): void;
  /** Writes a snapshot to the exchange buffer; answers its bytes. */
  snapshot(): number;
  /** Takes over the snapshot in the exchange buffer; a status. */
  restore(bytes: number): number;
  /** Merges the snapshot in the exchange buffer in; a status. */
  merge(bytes: number): number;
}

/** Statuses that the kernel answers; learn, assign answer them negated. */
export const STATUS = {
  ok: 0,
  parameter: 1,
  notReady: 2,
  value: 3,
  damaged: 4,
  foreign: 5,
  range: 6,
} as const;

/** f64 fields of a row that clusters() writes; the center follows, one f64 a dimension. */
export const CLUSTER_FIELDS = [
  "id",
  "size",
  "radius",
  "microClusters",
  "born",
  "lastPoint",
  "score",
  "status",
  "share",
  "compactness",
  "recency",
  "stability",
  "separation",
] as const;

/** f64 fields that status() writes. */
export const STATUS_FIELDS = [
  "points",
  "clusters",
  "microClusters",
  "capacity",
  "absorptionCost",
  "silhouette",
  "stability",
  "unexplainedRate",
  "adaptationRate",
  "drifts",
  "lastDrift",
  "structureSteps",
  "compactions",
  "weight",
  "stateBytes",
] as const;

/** Event types by the number that the kernel writes. */
export const EVENT_TYPES = ["born", "merged", "split", "moved", "died", "drift"] as const;

/** Health words by the number that the kernel writes. */
export const HEALTH_WORDS = ["healthy", "ageing", "weak"] as const;

/**
 * Snapshot header, little-endian: magic "NCS1" (4 bytes), u32 format version, u32 total bytes, u32 dims, u32 maxClusters,
 * u32 scaling, f64 baseThreshold, f64 learningRate, f64 outlierThreshold; the last 8 bytes are the checksum.
 */
export const SNAPSHOT_HEADER = {
  magic: 0x3153434e,
  version: 2,
  totalBytes: 8,
  dims: 12,
  maxClusters: 16,
  scaling: 20,
  baseThreshold: 24,
  learningRate: 32,
  outlierThreshold: 40,
  bytes: 48,
} as const;
