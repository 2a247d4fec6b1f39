/** Whether the stream changes: the test of Page and Hinkley on the geometric layer of the outlier score. */
import { emit, forget, type State } from "./state.ts";

const SLACK = 0.1, LIMIT = 8, MEMORY = 1000, FROM = 200, LOSS = 2, AGE = 100;

/** Points since the stream began or last changed. */
export const age = (s: State): number => s.since > 0 ? Math.max(AGE, s.time - s.since) : s.time;

/** Watches the error of a point; at a change, the first for long, all that was learned weighs less. */
export function watch(s: State, error: number): void {
  if (s.time <= FROM) return;
  s.watched += 1;
  s.usualError += (error - s.usualError) / Math.min(s.watched, MEMORY);
  s.excess = Math.max(0, s.excess + error - s.usualError - SLACK);
  if (s.excess <= LIMIT) return;
  s.watched = 0;
  s.excess = 0;
  s.drifts += 1;
  emit(s, "drift", -1, -1);
  const first = s.lastDrift === 0 || s.time - s.lastDrift > 1 / forget(s);
  s.lastDrift = s.time;
  if (!first) return;
  s.since = s.time;
  s.unit *= LOSS;
}
