/** Each endpoint answers as it should, and refuses what is wrong: does the server work at all? */
import { check } from "k6";
import http, { type RefinedResponse } from "k6/http";
import type { Options } from "k6/options";
import { summarize } from "../report/summary.ts";
import { learnBatch } from "./lib/batches.ts";
import { answer_ms, errors } from "./lib/metrics.ts";
import { DIMS, octets } from "./lib/points.ts";
import { JSON_HEADERS, learn, type Session } from "./lib/session.ts";
import { BASE, KEY, lasts, summaryTrendStats, systemTags, thresholds } from "./lib/settings.ts";
export { setup, teardown } from "./lib/session.ts";

const OCTET_POINTS = 1000;
const seconds = lasts("smoke");
const OCTETS = octets(OCTET_POINTS, 1);

export const options: Options = {
  summaryTrendStats,
  systemTags,
  scenarios: { smoke: { executor: "constant-vus", vus: 1, duration: `${seconds}s` } },
  thresholds: thresholds({}),
};

function expect(name: string, answer: RefinedResponse<"text">, status: number, holds = (_body: string) => true): void {
  answer_ms.add(answer.timings.duration);
  const isGood = answer.status === status && holds(answer.body);
  if (!isGood) console.error(`${name}: ${answer.status} ${answer.body}`);
  errors.add(!isGood);
  check(isGood, { [name]: Boolean });
}

const get = (address: string) => http.get(address, { headers: { "x-api-key": KEY }, responseType: "text" });
const post = (address: string, value: unknown, headers: Record<string, string> = JSON_HEADERS) =>
  http.post(address, JSON.stringify(value), { headers, responseType: "text" });

export default function (session: Session): void {
  const { root } = session, one = { points: [[1, 2, 3]] };
  expect("it is healthy", get(`${BASE}/health`), 200, (body) => JSON.parse(body).status === "healthy");
  expect("it is ready", get(`${BASE}/health/ready`), 200);
  learnBatch(session);
  const type = "application/octet-stream", query = `?dims=${DIMS}`;
  const answer = learn(session, OCTETS, OCTET_POINTS, { type, query, responseType: "binary" });
  check(answer, { "octets are answered by octets": ({ body }) => body?.byteLength === 4 * OCTET_POINTS });
  expect("assign labels without learning", post(`${root}/assign`, one), 200);
  expect(
    "there are clusters",
    get(`${root}/clusters_summary`),
    200,
    (body) => JSON.parse(body).num_active_clusters > 0,
  );
  expect("it tells its state", get(`${root}/algorithm_status`), 200, (body) => JSON.parse(body).is_ready);
  expect("it tells events", get(`${root}/events`), 200);
  expect("there are measures", get(`${BASE}/metrics`), 200, (body) => body.includes("ncs_"));
  expect("the API is described", get(`${BASE}/openapi.json`), 200);
  expect(
    "a request without a key is refused",
    post(`${root}/assign`, one, { "content-type": "application/json" }),
    401,
  );
  expect("a point of other dimensions is refused", post(`${root}/process_points`, { points: [[1]] }), 422);
}

export const handleSummary = summarize("smoke", { sends: "one request after the other", spans: { "": seconds } });
