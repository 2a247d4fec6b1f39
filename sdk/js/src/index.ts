/** `neurocluster`: the client of a NeuroCluster Streamer. */
export { NeuroClusterClient } from "./client.ts";
export {
  AuthenticationError,
  ConnectionError,
  type Fault,
  NeuroClusterError,
  ProcessingError,
  RateLimitError,
  ValidationError,
} from "./errors.ts";
export type { FollowOptions } from "./events.ts";
export type { RemoteStream } from "./remote.ts";
export type { ClusterUpdate, SocketOptions } from "./replies.ts";
export type { Socket } from "./socket.ts";
export type { ClientOptions } from "./transport.ts";
export type * from "./types.ts";
export type * from "./views.ts";
export type * from "./access.ts";
