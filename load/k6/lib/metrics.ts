/** The measures that all scenarios share, so that they are reported and drawn alike. */
import exec from "k6/execution";
import { Counter, Gauge, Rate, Trend } from "k6/metrics";

/** Points acknowledged before the scenario's time is over. */
export const points = new Counter("points");
/** From a request, or message, to its answer. */
export const answer_ms = new Trend("answer_ms", true);
/** Requests without the answer that they should have. */
export const errors = new Rate("errors");
/** Points acknowledged, less those that the server counts in the end: nothing is lost and nothing learned twice. */
export const points_uncounted = new Counter("points_uncounted");
/** Memory of the algorithm's state and of the server's process, as it says itself. */
export const kernel_mb = new Gauge("kernel_mb");
export const process_mb = new Gauge("process_mb");

/** Notes a request that wants to learn `learned` points. */
export function note(time_ms: number, isGood: boolean, learned: number): void {
  answer_ms.add(time_ms);
  errors.add(!isGood);
  if (!isGood) return;
  points_uncounted.add(learned);
  if (exec.scenario.progress < 1) points.add(learned);
}
