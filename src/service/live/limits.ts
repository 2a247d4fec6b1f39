/** Bounds of what is live. */
export interface LiveLimits {
  /** Subscribers to events, sockets, and requests with points by lines, at once; more are refused with 503. */
  listenersMax: number;
  socketsMax: number;
  uploadsMax: number;
  /** Events that wait for a subscriber in memory; one that is further behind reads the store again. */
  queueMax: number;
  /** A comment is sent to subscribers so often, so that proxies and clients see that the connection lives. */
  heartbeat_ms: number;
  /** A subscriber that takes nothing for so long is ended. */
  stall_ms: number;
  /** How often it is asked whether credentials still hold. */
  check_ms: number;
  /** Messages of a socket under way; more are answered with `overloaded`. */
  messagesMax: number;
  /** Octets of messages under way, of one socket and of all. */
  socketBytesMax: number;
  bytesMax: number;
  /** Messages of a socket without an answer, refused ones included, at which it is closed. */
  unansweredMax: number;
  /** Octets that wait for a reader, beyond which its socket is closed. */
  bufferedBytesMax: number;
  /** Malformed messages in a row at which a socket is closed. */
  malformedMax: number;
  /** A socket has so long to close once its messages are answered; an upload, to take its last answer. */
  closing_ms: number;
}

export const LIVE_LIMITS: LiveLimits = {
  listenersMax: 1000,
  socketsMax: 1000,
  uploadsMax: 1000,
  queueMax: 256,
  heartbeat_ms: 15_000,
  stall_ms: 60_000,
  check_ms: 5000,
  messagesMax: 256,
  socketBytesMax: 64 * 2 ** 20,
  bytesMax: 256 * 2 ** 20,
  unansweredMax: 1024,
  bufferedBytesMax: 4 * 2 ** 20,
  malformedMax: 100,
  closing_ms: 3000,
};
