/** Time as the service sees it: an argument, so that tests can set it. */
export interface Clock {
  /** Milliseconds since 1970, for people. */
  now(): number;
  /** Milliseconds since some beginning, never going back, for durations. */
  elapsed(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};

/** A time of now() as ISO 8601 in UTC. */
export function isoTime(time: number): string {
  return new Date(time).toISOString();
}
