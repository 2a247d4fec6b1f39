/** Counts within windows of time, by key. A window begins with the first count and ends as a whole. */

/** What is counted, and up to where. */
export interface Limit {
  /** Tells the counters of a shared store apart. */
  name: string;
  max: number;
  window_ms: number;
}

/** After a count. */
export interface Count {
  /** Whether this one was too many. */
  isOver: boolean;
  remaining: number;
  /** Until the window ends. */
  reset_ms: number;
}

export interface Counter {
  readonly limit: Limit;
  /** Counts one. A counter in the process answers at once; none throws or rejects. */
  take(key: string): Count | Promise<Count>;
  /** Takes one back. */
  giveBack(key: string): void | Promise<void>;
  /** Begins anew. */
  reset(key: string): void | Promise<void>;
}

/** Makes the counter of a limit. */
export type MakeCounter = (limit: Limit) => Counter;
