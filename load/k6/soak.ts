/** The promised load for long: answers stay quick, and the process does not grow. */
import { sleep } from "k6";
import { Gauge } from "k6/metrics";
import type { Options } from "k6/options";
import { summarize } from "../report/summary.ts";
import { learnBatch, POINTS } from "./lib/batches.ts";
import { process_mb } from "./lib/metrics.ts";
import { type Session, statusOf } from "./lib/session.ts";
import { lasts, summaryTrendStats, systemTags, thresholds } from "./lib/settings.ts";
export { setup, teardown } from "./lib/session.ts";

const REQUESTS_PER_SECOND = 350;
const seconds = lasts("soak"), duration = `${seconds}s`;

/** Memory now over memory after the first third, when caches and compilers have had theirs. */
const process_growth = new Gauge("process_growth");

export const options: Options = {
  summaryTrendStats,
  systemTags,
  scenarios: {
    soak: { executor: "constant-arrival-rate", rate: REQUESTS_PER_SECOND, duration, preAllocatedVUs: 20, maxVUs: 100 },
    watch: { executor: "constant-vus", vus: 1, duration, exec: "watch", tags: { watch: "memory" } },
  },
  thresholds: thresholds({
    points: [`count>=${6300 * seconds}`],
    answer_ms: ["p(95)<10"],
    process_growth: ["value<1.5"],
  }),
};

export default learnBatch;

let began = 0, settled_mb = 0;

/** Reads the memory of the process, a hundred times in all. */
export function watch(session: Session): void {
  began ||= Date.now();
  const memory_mb = statusOf(session).memory_usage_mb.process;
  process_mb.add(memory_mb);
  if (Date.now() - began > seconds * 1000 / 3) {
    settled_mb ||= memory_mb;
    process_growth.add(memory_mb / settled_mb);
  }
  sleep(seconds / 100);
}

export const handleSummary = summarize("soak", {
  sends: `${REQUESTS_PER_SECOND} requests a second of ${POINTS} points`,
  spans: { "": seconds },
});
