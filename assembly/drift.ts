/**
 * Whether the stream changes: the test of Page (1954) and Hinkley (1971) on the quantisation error, here the geometric layer
 * of the outlier score (1: nothing explains the point). It flags what lies far above its running mean, or above it for long.
 */
import { DRIFT_AGE, DRIFT_FROM, DRIFT_LIMIT, DRIFT_MEMORY, DRIFT_SLACK } from "./parameters";
import { DRIFT, emit } from "./events";
import { time } from "./micro";

/** Drifts flagged; point of the latest (0: never); point at which the stream became young again (0: it began so). */
export let driftCount: f64 = 0, lastDrift: f64 = 0, since: f64 = 0;
/** Running mean of the error, points in it, sum of excesses. */
export let usualError: f64 = 0, watched: f64 = 0, excess: f64 = 0;

export function setDrift(count: f64, latest: f64, begun: f64, mean: f64, seen: f64, sum: f64): void {
  driftCount = count;
  lastDrift = latest;
  since = begun;
  usualError = mean;
  watched = seen;
  excess = sum;
}

/** Points since the stream began or last changed. */
export function age(): f64 {
  return since > 0 ? max(DRIFT_AGE, time - since) : time;
}

/** Watches the error of a point; whether all that was learned should weigh less: a change, the first within 1 / `forget` points. */
export function watch(error: f64, forget: f64): bool {
  if (time <= DRIFT_FROM) return false;
  watched += 1;
  usualError += (error - usualError) / min(watched, DRIFT_MEMORY);
  excess = max(0.0, excess + error - usualError - DRIFT_SLACK);
  if (excess <= DRIFT_LIMIT) return false;
  watched = 0;
  excess = 0;
  driftCount += 1;
  emit(DRIFT, -1, -1);
  const first = lastDrift == 0 || time - lastDrift > 1 / forget;
  lastDrift = time;
  if (first) since = time;
  return first;
}
