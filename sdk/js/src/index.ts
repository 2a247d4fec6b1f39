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
export type { ClusterUpdate, Socket, SocketOptions } from "./socket.ts";
export type { ClientOptions } from "./transport.ts";
export type * from "./types.ts";
