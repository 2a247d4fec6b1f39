/** What the API's routes are made from. */
import type { Clock } from "../clock.ts";
import type { Limits } from "../config.ts";
import type { Live } from "../live/live.ts";
import type { Log } from "../log.ts";
import type { Answers } from "../streams/answers.ts";
import type { Replicas } from "../replicas/replicas.ts";
import type { Streams } from "../streams/streams.ts";

export interface ApiParts {
  kernel: WebAssembly.Module;
  streams: Streams;
  answers: Answers;
  limits: Limits;
  clock: Clock;
  log: Log;
  live: Live;
  /** When the process started, by the clock's elapsed(). */
  began: number;
  /** Resident memory of the process in bytes, where the host can tell. */
  processBytes?: () => number;
  /** Undefined where there is one server. */
  replicas?: Replicas;
  /** Told of every batch that is labelled without being learned. */
  onAssigned(stream: string, points: number): void;
}
