/** The product's promise: at least 6,300 points a second, 95 % of requests answered in 10 ms, under 0.1 % errors. */
import type { Options } from "k6/options";
import { summarize } from "../report/summary.ts";
import { learnBatch, POINTS } from "./lib/batches.ts";
import { lasts, summaryTrendStats, systemTags, thresholds } from "./lib/settings.ts";
export { setup, teardown } from "./lib/session.ts";

const PROMISED = 6300, REQUESTS_PER_SECOND = 350;
const seconds = lasts("steady");

export const options: Options = {
  summaryTrendStats,
  systemTags,
  scenarios: {
    steady: {
      executor: "constant-arrival-rate",
      rate: REQUESTS_PER_SECOND,
      duration: `${seconds}s`,
      preAllocatedVUs: 20,
      maxVUs: 100,
    },
  },
  thresholds: thresholds({ points: [`count>=${PROMISED * seconds}`], answer_ms: ["p(95)<10"] }),
};

export default learnBatch;

export const handleSummary = summarize("steady", {
  sends: `${REQUESTS_PER_SECOND} requests a second of ${POINTS} points`,
  spans: { "": seconds },
});
