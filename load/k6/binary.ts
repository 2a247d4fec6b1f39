/** Bulk learning: at least 1,000,000 points a second as octets, in bodies so large that k6 does not measure itself. */
import { check } from "k6";
import type { Options } from "k6/options";
import { summarize } from "../report/summary.ts";
import { DIMS, octets } from "./lib/points.ts";
import { learn, type Session } from "./lib/session.ts";
import { lasts, summaryTrendStats, systemTags, thresholds } from "./lib/settings.ts";
export { setup, teardown } from "./lib/session.ts";

const PROMISED = 1_000_000, POINTS = 100_000, CONNECTIONS = 2;
const seconds = lasts("binary");
const BODY = octets(5000, POINTS / 5000);

export const options: Options = {
  summaryTrendStats,
  systemTags,
  scenarios: { binary: { executor: "constant-vus", vus: CONNECTIONS, duration: `${seconds}s` } },
  thresholds: thresholds({ points: [`count>=${PROMISED * seconds}`] }),
};

export default function (session: Session): void {
  const type = "application/octet-stream";
  const answer = learn(session, BODY, POINTS, { type, query: `?dims=${DIMS}`, responseType: "binary" });
  check(answer, { "each point has a label": ({ body }) => body?.byteLength === 4 * POINTS });
}

export const handleSummary = summarize("binary", {
  sends: `bodies of ${POINTS / 1000},000 points over ${CONNECTIONS} connections, as fast as they are answered`,
  spans: { "": seconds },
});
