/** The vocabulary of the engine: what goes in, what comes out. Nothing here runs. */

/** Points, row-major: a flat array of n x dims coordinates, or n rows of dims numbers each. */
export type Points = Float32Array | Float64Array | readonly ArrayLike<number>[];

/** Parameters of a stream; all have defaults, none needs to be set. */
export interface Options {
  /** Most clusters reported. Integer, 2 to 256. Default 30. */
  maxClusters?: number;
  /** Similarity from which two groups are one cluster; higher gives more clusters. 0 < x < 1. Default 0.71. */
  baseThreshold?: number;
  /**
   * Share that a mature micro-cluster takes from its next point; sets the memory
   * (half-life 0.69 M / learningRate points, M = max(128, 4 maxClusters)). 0.0001 to 1. Default 0.06.
   */
  learningRate?: number;
  /** Outlier score from which a point is flagged. 0 to 1. Default 0.5. */
  outlierThreshold?: number;
  /** `standard`: each coordinate is divided by its running deviation. Default `none`. */
  scaling?: "none" | "standard";
}

/** What the engine says of n points, in the order in which they came. */
export interface Assignment {
  /** Cluster id of each point, -1 where no cluster explains it. Shape (n). */
  ids: Int32Array;
  /** Outlier score in [0, 1], judged before learning. Shape (n). */
  outlierScores: Float32Array;
  /** 1 where the outlier score reaches the stream's outlierThreshold. Shape (n). */
  isOutlier: Uint8Array;
  /** Similarity to the nearest micro-cluster in (0, 1]: 1 at its centre, a half at the cluster's reach. Shape (n). */
  similarities: Float32Array;
  /** The three layers of the outlier score, each in [0, 1], each of shape (n); present when asked for. */
  layers?: { geometric: Float32Array; statistical: Float32Array; temporal: Float32Array };
}

/** How well a cluster is; every factor lies in [0, 1]. */
export interface Health {
  /** Mean of the factors. */
  score: number;
  /** healthy (score from 0.6), ageing (its last point is long ago), weak (else). */
  status: "healthy" | "ageing" | "weak";
  /** Its weight over that of the heaviest cluster. */
  share: number;
  /** Variance inside its micro-clusters over that of the cluster, subtracted from one. */
  compactness: number;
  /** 1 where it got a point just now, falling with the points that went elsewhere. */
  recency: number;
  /** Share of its last structure steps in which it kept its weight. */
  stability: number;
  /** Its own silhouette, mapped from [-1, 1]. */
  separation: number;
}

export interface Cluster {
  /** Never reused within a stream. */
  id: number;
  /** Decayed number of points. */
  size: number;
  /** Mean, in the coordinates of the stream. Shape (dims). */
  center: Float64Array;
  /** Root mean squared distance of its points to the center, in the coordinates of the stream. */
  radius: number;
  /** Micro-clusters that describe it. */
  microClusters: number;
  health: Health;
  /** Number of the point (from 1) at which the cluster was born, and of its latest point. */
  born: number;
  lastPoint: number;
}

export interface Status {
  dims: number;
  /** Points learned since the stream began. */
  points: number;
  clusters: number;
  microClusters: number;
  /** M: most micro-clusters. */
  capacity: number;
  /** T: squared distance up to which a point is absorbed. */
  absorptionCost: number;
  /** Silhouette of the clusters found last, in [-1, 1]; 0 where there is one. */
  silhouette: number;
  /** Share of the weight that kept its id at the latest structure step, running mean. In [0, 1]. */
  stability: number;
  /** Running share of points that no cluster explained. */
  unexplainedRate: number;
  /** Share that a mature micro-cluster takes now; above learningRate for a while after a drift. */
  adaptationRate: number;
  drifts: number;
  /** Number of the point at which the latest drift was flagged, 0: never. */
  lastDrift: number;
  structureSteps: number;
  compactions: number;
  /** Decayed number of points in all micro-clusters. */
  weight: number;
  /** Bytes that the kernel laid out for the stream, code and stack apart. */
  stateBytes: number;
}

/** A change of structure, in the order in which it was found. */
export interface StreamEvent {
  /** From 1, without gaps, over the life of the stream. */
  sequence: number;
  type: "born" | "merged" | "split" | "moved" | "died" | "drift";
  /** Number of the point (from 1) at which it was found. */
  point: number;
  /** The cluster; -1 for a drift. */
  id: number;
  /** merged: the cluster that id went into; split: the cluster that id came from; else -1. */
  other: number;
}
