/** The stream that a scenario learns into: made before it, compared with what was acknowledged and deleted after it. */
import { fail } from "k6";
import http, { type RefinedResponse, type ResponseType } from "k6/http";
import { kernel_mb, note, points, points_uncounted, process_mb } from "./metrics.ts";
import { DIMS } from "./points.ts";
import { ADMIN, BASE, KEY } from "./settings.ts";

export interface Session {
  stream: string;
  /** Root of the stream's endpoints. */
  root: string;
}

export interface Status {
  total_points_processed: number;
  memory_usage_mb: { kernel: number; process: number };
}

export const JSON_HEADERS = { "x-api-key": KEY, "content-type": "application/json" };

export function setup(): Session {
  const stream = `load-${Date.now().toString(36)}`;
  const answer = http.post(`${BASE}/api/v1/streams`, JSON.stringify({ name: stream, dims: DIMS }), {
    headers: JSON_HEADERS,
  });
  if (answer.status !== 201) fail(`${BASE} makes no stream: ${answer.status} ${answer.body ?? answer.error}`);
  // A threshold on a counter that never counted is not judged.
  points.add(0);
  return { stream, root: `${BASE}/api/v1/streams/${stream}` };
}

export function statusOf({ root }: Session): Status {
  return http.get(`${root}/algorithm_status`, { headers: JSON_HEADERS }).json() as unknown as Status;
}

export function teardown(session: Session): void {
  const { total_points_processed, memory_usage_mb } = statusOf(session);
  points_uncounted.add(-total_points_processed);
  kernel_mb.add(memory_usage_mb.kernel);
  process_mb.add(memory_usage_mb.process);
  remove(session);
}

/** Only an administrator deletes a stream. */
function remove({ stream, root }: Session): void {
  const grant = http.post(`${BASE}/auth/login`, ADMIN);
  if (grant.status !== 200) {
    return console.warn(`the stream ${stream} stays: ${ADMIN.username} cannot sign in; set ADMIN_PASSWORD`);
  }
  const headers = { authorization: `Bearer ${grant.json("access_token")}` };
  http.del(root, null, { headers });
  http.post(`${BASE}/auth/logout`, null, { headers });
}

/** Learns a body of so many points, and notes how it went. */
export function learn<Type extends ResponseType>(
  { root }: Session,
  body: string | ArrayBuffer,
  learned: number,
  { query = "", type = "application/json", responseType }: { query?: string; type?: string; responseType: Type },
): RefinedResponse<Type> {
  const headers = { "x-api-key": KEY, "content-type": type };
  const answer = http.post(`${root}/process_points${query}`, body, { headers, responseType, timeout: "20s" });
  note(answer.timings.duration, answer.status === 200, learned);
  return answer;
}
