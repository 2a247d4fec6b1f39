/** A burst of twenty times the load: nothing fails, and what comes after it is as quick as what was before. */
import type { Options, Scenario } from "k6/options";
import { summarize } from "../report/summary.ts";
import { learnBatch, POINTS } from "./lib/batches.ts";
import { lasts, summaryTrendStats, systemTags, thresholds } from "./lib/settings.ts";
export { setup, teardown } from "./lib/session.ts";

const CALM = 100, BURST = 2000;
const seconds = lasts("spike");
const spans = { before: 0.25 * seconds, burst: 0.25 * seconds, after: 0.5 * seconds };

function phase(name: keyof typeof spans, rate: number, start_seconds: number, users = 50): Scenario {
  return {
    executor: "constant-arrival-rate",
    rate,
    startTime: `${start_seconds}s`,
    duration: `${spans[name]}s`,
    tags: { phase: name },
    preAllocatedVUs: users,
  };
}

export const options: Options = {
  summaryTrendStats,
  systemTags,
  scenarios: {
    before: phase("before", CALM, 0),
    burst: phase("burst", BURST, spans.before, 200),
    after: phase("after", CALM, spans.before + spans.burst),
  },
  thresholds: thresholds({
    "answer_ms{phase:before}": ["p(95)<10"],
    "answer_ms{phase:after}": ["p(95)<10"],
    "points{phase:burst}": [`count>=${Math.floor(0.95 * BURST * POINTS * spans.burst)}`],
  }),
};

export default learnBatch;

export const handleSummary = summarize("spike", {
  sends: `${CALM} requests a second of ${POINTS} points, then ${BURST}, then ${CALM}`,
  spans: { "": seconds, "phase:burst": spans.burst },
});
