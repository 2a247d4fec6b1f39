/** The words in which the server, and the stream without a server, answer. Nothing here runs. */
import type { AlgorithmStatus, ClusterFilter, ClustersSummary } from "./views.ts";

/** Rows of coordinates, or one flat row-major Float32Array: then `dims` says how wide a row is. */
export type Rows = readonly (readonly number[])[];

/** Ends a call early. */
export interface CallOptions {
  signal?: AbortSignal;
  /** Milliseconds for one try, headers and body. Default: the client's. */
  timeout_ms?: number;
}

export interface PointOptions extends CallOptions {
  /** `layers`: the three layers of the outlier score as well. */
  include?: "layers";
}

export interface OctetOptions extends CallOptions {
  /** Coordinates of a point, 1 to 1000. */
  dims: number;
  /** Only where a worker learns: gives the array's memory away instead of copying it; a part of an array is copied. */
  transfer?: boolean;
}

/** What is said of one point. */
export interface PointResult {
  input_point: number[];
  /** -1 where no cluster explains the point. */
  cluster_id: number;
  is_outlier: boolean;
  /** In [0, 1], judged before learning. */
  outlier_score: number;
  /** To the nearest micro-cluster, in (0, 1]. */
  similarity: number;
  /** Present when asked for. */
  layers?: { geometric: number; statistical: number; temporal: number };
}

/** Parameters of a stream; all have defaults. */
export interface Parameters {
  max_clusters?: number;
  base_threshold?: number;
  learning_rate?: number;
  outlier_threshold?: number;
  scaling?: "none" | "standard";
}

export interface NewStream {
  name: string;
  /** Else the first batch fixes them. */
  dims?: number;
  parameters?: Parameters;
}

/** Sets parameters from the next point on; max_clusters and scaling are fixed when a stream is made. */
export interface StreamChange {
  parameters: Omit<Parameters, "max_clusters" | "scaling">;
}

export interface StreamInfo {
  name: string;
  /** Null until the first batch fixes them. */
  dims: number | null;
  /** ISO 8601. */
  created_at: string;
  parameters: Required<Parameters>;
  /** Not in a list of a server's streams. */
  total_points_processed?: number;
  num_active_clusters?: number;
}

/** A change of structure. */
export interface StreamEvent {
  /** From 1, without gaps, over the life of the stream. */
  sequence: number;
  type: "born" | "merged" | "split" | "moved" | "died" | "drift";
  /** Number of the point (from 1) at which it was found. */
  point: number;
  /** -1 for a drift. */
  cluster_id: number;
  /** merged: the cluster that it went into; split: the cluster that it came from; else null. */
  other_id: number | null;
  /** ISO 8601. */
  time: string;
}

export interface EventOptions extends CallOptions {
  /** Only events of a greater sequence. Default: those from now on. */
  after?: number;
}

export interface EventQuery {
  /** Only events of a greater sequence. Default: from the first on. */
  after?: number;
  limit?: number;
}

export interface EventPage {
  events: StreamEvent[];
  next_after: number;
}

/** Labels points: as rows (n, dims) with all that is said of each, or ids alone, shape (n). */
export interface LabelPoints {
  (points: Rows, options?: PointOptions & { detail?: undefined }): Promise<PointResult[]>;
  (points: Rows, options: CallOptions & { detail: "ids" }): Promise<Int32Array<ArrayBuffer>>;
  /** Row-major, (n x dims), sent as octets. */
  (points: Float32Array, options: OctetOptions): Promise<Int32Array<ArrayBuffer>>;
}

/** The verbs of one stream, wherever it runs. */
export interface StreamVerbs {
  /** Learns points in the order given and labels each as it arrives; where it throws nothing of them is learned. */
  processPoints: LabelPoints;
  /** Labels points without learning: the stream does not change. */
  assign: LabelPoints;
  clustersSummary(filter?: ClusterFilter, options?: CallOptions): Promise<ClustersSummary>;
  algorithmStatus(options?: CallOptions): Promise<AlgorithmStatus>;
  /** The whole state as octets: the same on every host. */
  snapshot(options?: CallOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Replaces the state by that of a snapshot. */
  restore(snapshot: Uint8Array, options?: CallOptions): Promise<void>;
  /** Merges the state of another stream of as many dims in. */
  merge(snapshot: Uint8Array, options?: CallOptions): Promise<void>;
  /** A page of past events, at most `limit` (100); `next_after` asks for the page after it. */
  listEvents(page?: EventQuery, options?: CallOptions): Promise<EventPage>;
  /** Changes of structure as they come; ends when the loop is left or the signal says so. */
  events(options?: EventOptions): AsyncIterableIterator<StreamEvent>;
}

/** The streams of a server, or of a page. */
export interface Streams {
  list(options?: CallOptions): Promise<StreamInfo[]>;
  create(stream: NewStream, options?: CallOptions): Promise<StreamInfo>;
  get(name: string, options?: CallOptions): Promise<StreamInfo>;
  update(name: string, change: StreamChange, options?: CallOptions): Promise<StreamInfo>;
  delete(name: string, options?: CallOptions): Promise<void>;
}
