/** What is said over a WebSocket, and what may be asked of one. */
import { type NeuroClusterError, ProcessingError, ValidationError } from "./errors.ts";
import type { PointResult } from "./types.ts";

export interface SocketOptions {
  /** Default: the stream `default`. */
  stream?: string;
  /** Coordinates of a point; needed for Float32Arrays. */
  dims?: number;
  /** Points sent and not yet answered, beyond which send waits. Default 10,000. */
  pointsInFlight?: number;
  /** The answer to each batch, in the order in which they were sent. */
  onUpdate?(update: ClusterUpdate): void;
  /** A batch that `send` took and that failed. Without it the next send or drain throws. */
  onError?(error: Error): void;
  /** Tries in a row to connect again; to connect at first the client's `retries`. Default 20. */
  reconnects?: number;
  signal?: AbortSignal;
  /** Default: the host's. Node 20 has none. */
  WebSocket?: typeof WebSocket;
}

/** What the server says of a batch. */
export interface ClusterUpdate {
  type: "cluster_update";
  results?: PointResult[];
  cluster_ids?: number[];
  [fact: string]: unknown;
}

export interface Reply {
  type: string;
  id?: string;
  code?: string;
  detail?: string;
}

/** What was sent and is not answered. */
export interface Pending {
  id?: string;
  points: number;
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

/** The error that the server says. */
export function errorOfReply({ code = "error", detail = code }: Reply): NeuroClusterError {
  return new (code === "internal" ? ProcessingError : ValidationError)(detail, { code });
}
