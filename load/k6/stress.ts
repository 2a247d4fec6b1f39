/** Rising rates: where is the knee, does all stay correct beyond it, and is the server itself again afterwards? */
import exec from "k6/execution";
import type { Options, Scenario } from "k6/options";
import { type Step, STEP_TAG, summarize } from "../report/summary.ts";
import { lists } from "./lib/points.ts";
import { learn, type Session } from "./lib/session.ts";
import { lasts, summaryTrendStats, systemTags, thresholds } from "./lib/settings.ts";
export { setup, teardown } from "./lib/session.ts";

/** Large enough that the server has more to do than k6. */
const POINTS = 1000;
const RATES = [20, 40, 80, 120, 180, 270, 400, 600, 900];
const REST_SECONDS = 2;
const seconds = lasts("stress"), step_seconds = (seconds - REST_SECONDS) / (RATES.length + 1);
const LISTS = lists(5, POINTS);

/** After the last rate and a rest, the first one again. */
const steps: Step[] = [
  ...RATES.map((rate) => ({ id: String(rate), requests_per_second: rate, points: POINTS, seconds: step_seconds })),
  { id: "after", requests_per_second: RATES[0], points: POINTS, seconds: step_seconds },
];

function scenario({ id, requests_per_second }: Step, index: number): Scenario {
  const rest = id === "after" ? REST_SECONDS : 0;
  return {
    executor: "constant-arrival-rate",
    rate: requests_per_second,
    startTime: `${(index * step_seconds + rest).toFixed(3)}s`,
    duration: `${step_seconds.toFixed(3)}s`,
    tags: { [STEP_TAG]: id },
    preAllocatedVUs: 50,
    maxVUs: 50,
  };
}

/** Bounds that always hold: k6 keeps apart, and reports, what has a bound. */
const kept = Object.fromEntries(steps.flatMap(({ id }) => [
  [`points{${STEP_TAG}:${id}}`, ["count>=0"]],
  [`answer_ms{${STEP_TAG}:${id}}`, ["p(95)>=0"]],
  [`errors{${STEP_TAG}:${id}}`, ["rate>=0"]],
]));
const AFTER = `${STEP_TAG}:after`;

export const options: Options = {
  summaryTrendStats,
  systemTags,
  scenarios: Object.fromEntries(steps.map((step, index) => [`step_${step.id}`, scenario(step, index)])),
  thresholds: thresholds({ [`answer_ms{${AFTER}}`]: ["p(95)<50"] }, kept),
};

export default function (session: Session): void {
  const list = LISTS[exec.scenario.iterationInTest % LISTS.length];
  learn(session, `{"points":${list}}`, POINTS, { responseType: "none" });
}

export const handleSummary = summarize("stress", {
  sends: `${RATES[0]} to ${RATES.at(-1)} requests a second of ${POINTS} points, then ${RATES[0]} again`,
  spans: { "": seconds },
  steps,
});
