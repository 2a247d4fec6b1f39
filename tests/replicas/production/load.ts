/**
 * What k6 runs through nginx: writers, each of which sends batch after batch, JSON or octets, under a key of its own, the same
 * again until it is acknowledged, as SDKs do; and readers. Every attempt is told by a line: an Attempt.
 */
import { sleep } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import type { Options } from "k6/options";
import { BATCH_POINTS, DIMS, PERIOD_MS, READERS, STREAMS, WRITERS } from "./shape.ts";

export const options: Options = {
  scenarios: {
    all: {
      executor: "constant-vus",
      vus: WRITERS + READERS,
      duration: `${__ENV.NCS_SECONDS}s`,
      // Who has begun a batch brings it to its end.
      gracefulStop: "60s",
    },
  },
};

const RETRY_SECONDS = 0.1;
const HEADERS = { "x-api-key": __ENV.NCS_API_KEY };

/** One batch until it is acknowledged, or one read. */
export default function (): void {
  const who = exec.vu.idInTest - 1, number = exec.vu.iterationInInstance, began = Date.now();
  const root = `${__ENV.NCS_URL}/api/v1/streams/${STREAMS[(who < WRITERS ? who : number) % STREAMS.length]}`;
  if (who < WRITERS) write(root, who, number);
  else read(root, who, number);
  sleep(Math.max(0, began + PERIOD_MS - Date.now()) / 1000);
}

function write(root: string, who: number, number: number): void {
  const isJson = Math.floor(who / STREAMS.length) % 2 === 0;
  const headers = {
    ...HEADERS,
    "content-type": isJson ? "application/json" : "application/octet-stream",
    "idempotency-key": `${who}-${number}`,
  };
  const points = batchOf(who, number);
  const body = isJson ? JSON.stringify({ points }) : new Float32Array(points.flat()).buffer as ArrayBuffer;
  while (!attempt(who, number, () => http.post(`${root}/process_points?dims=${DIMS}`, body, { headers }))) {
    sleep(RETRY_SECONDS);
  }
}

function read(root: string, who: number, number: number): void {
  attempt(who, number, () => http.get(`${root}/clusters_summary`, { headers: HEADERS }));
}

/** The first point of a batch says which it is. */
function batchOf(who: number, number: number): number[][] {
  const blob = (row: number) => Array.from({ length: DIMS }, (_, column) => 9 * ((row + column) % 3) + Math.random());
  return [[who, number, 0], ...Array.from({ length: BATCH_POINTS - 1 }, (_, row) => blob(row))];
}

function attempt(who: number, number: number, ask: () => ReturnType<typeof http.get>): boolean {
  const began_ms = Date.now();
  const { status, body, error } = ask();
  const text = typeof body === "string" ? body : "";
  const isGood = status === 200, first = (pattern: RegExp) => pattern.exec(text)?.[1];
  console.log(JSON.stringify({
    who,
    number,
    began_ms,
    ended_ms: Date.now(),
    status,
    why: isGood ? undefined : first(/"code":"(\w+)"/) ?? error,
    total: isGood && who >= WRITERS ? Number(first(/"total_points_processed":(\d+)/)) : undefined,
  }));
  return isGood;
}
