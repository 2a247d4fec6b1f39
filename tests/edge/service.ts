/** The service on workerd, for tests: as it is deployed, with an administrator of its own. */
import type { Json } from "../service/app.ts";
import { EDGE, startWorker } from "./miniflare.ts";
import { OBJECTS } from "./wrangler.ts";

export const ADMIN = { username: "admin", password: "correct horse battery" };

const PRODUCTION = {
  ENVIRONMENT: "production",
  SECRET_KEY: "a key of the tests that is long enough",
  ADMIN_PASSWORD: ADMIN.password,
  RATE_LIMIT_PER_MINUTE: "0",
};

export interface Edge {
  url: string;
  stop(): Promise<void>;
  request(path: string, init?: RequestInit): Promise<Response>;
  json(path: string, init?: RequestInit): Promise<Json>;
}

/** Starts it; `bindings` go before those of production. */
export async function startEdge(data: string, bindings: Record<string, string> = {}): Promise<Edge> {
  const worker = await startWorker(EDGE, data, OBJECTS, { ...PRODUCTION, ...bindings });
  const request = (path: string, init?: RequestInit) => fetch(worker.url + path, init);
  return { ...worker, request, json: async (path, init) => await (await request(path, init)).json() };
}

/** Signs in; answers the heads of the administrator. */
export async function signIn({ json }: Edge): Promise<Record<string, string>> {
  const { access_token } = await json("/auth/login", { method: "POST", body: new URLSearchParams(ADMIN) });
  return { authorization: `Bearer ${access_token}` };
}

export function octets(points: Float32Array<ArrayBuffer>, dims: number, heads: Record<string, string>): RequestInit {
  const headers = { "content-type": "application/octet-stream", dims: String(dims), ...heads };
  return { method: "POST", body: points, headers };
}

export function json(value: unknown, heads: Record<string, string>, method = "POST"): RequestInit {
  return { method, body: JSON.stringify(value), headers: { "content-type": "application/json", ...heads } };
}

/** The state of a stream, as it is downloaded. */
export async function snapshotOf(edge: Edge, name: string, headers: Record<string, string>) {
  const response = await edge.request(`/api/v1/streams/${name}/snapshot`, { headers });
  if (!response.ok) throw new Error(await response.text());
  return new Uint8Array(await response.arrayBuffer());
}
