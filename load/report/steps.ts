/** Rising rates: what each step gave, and where the knee is. */
import type { Data } from "./verdicts.ts";

/** A rate that is asked for a while. */
export interface Step {
  /** Value of the tag that the step's requests have. */
  id: string;
  requests_per_second: number;
  /** Points of a request. */
  points: number;
  seconds: number;
}

export interface StepResult {
  id: string;
  offered_points_per_second: number;
  learned_points_per_second: number;
  p95_ms: number;
  error_rate: number;
}

export const STEP_TAG = "step";

/** Within these a server keeps up: it learns what it is offered, and nothing waits long. */
const SHARE_MIN = 0.95, P95_MAX_MS = 50, ERRORS_MAX = 0.001;

/** Steps that were cut off before they began have no result. */
export function stepResults({ metrics }: Data, steps: readonly Step[]): StepResult[] {
  const value = (metric: string, id: string, statistic: string) =>
    metrics[`${metric}{${STEP_TAG}:${id}}`]?.values[statistic];
  return steps.flatMap(({ id, requests_per_second, points, seconds }) => {
    const p95_ms = value("answer_ms", id, "p(95)");
    if (p95_ms === undefined) return [];
    return [{
      id,
      offered_points_per_second: requests_per_second * points,
      learned_points_per_second: (value("points", id, "count") ?? 0) / seconds,
      p95_ms,
      error_rate: value("errors", id, "rate") ?? 0,
    }];
  });
}

function keepsUp(step: StepResult): boolean {
  const share = step.learned_points_per_second / step.offered_points_per_second;
  return share >= SHARE_MIN && step.p95_ms < P95_MAX_MS && step.error_rate <= ERRORS_MAX;
}

/** The last step, from the first on, that the server keeps up with; undefined where it is none. */
export function knee(results: readonly StepResult[]): StepResult | undefined {
  const fails = results.findIndex((step) => !keepsUp(step));
  return fails < 0 ? results.at(-1) : results[fails - 1];
}
