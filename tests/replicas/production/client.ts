/** What the test itself asks of the service, through nginx or of a replica. */
import type { Topology } from "../../../deploy/local/topology.ts";
import { DIMS, STREAMS } from "./shape.ts";

async function ask(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${init.method ?? "GET"} ${url}: ${response.status} ${await response.text()}`);
  return response;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** An administrator's token. */
export async function signIn({ url, admin }: Topology): Promise<string> {
  const response = await ask(`${url}/auth/login`, { method: "POST", body: new URLSearchParams(admin) });
  return (await response.json()).access_token;
}

/** Makes the streams, and a key that may write to them. */
export async function prepare({ url }: Topology, token: string): Promise<string> {
  const post = async (path: string, body: object) =>
    await (await ask(url + path, {
      method: "POST",
      headers: { ...bearer(token), "content-type": "application/json" },
      body: JSON.stringify(body),
    })).json();
  for (const name of STREAMS) await post("/api/v1/streams", { name, dims: DIMS, parameters: {} });
  return (await post("/auth/api-keys", { name: "load", scopes: ["read", "write"] })).api_key;
}

export async function pointsOf(url: string, token: string, stream: string): Promise<number> {
  const response = await ask(`${url}/api/v1/streams/${stream}/clusters_summary`, { headers: bearer(token) });
  return (await response.json()).total_points_processed;
}

/** The state of a stream, as octets. */
export async function downloadState(url: string, token: string, stream: string): Promise<Uint8Array> {
  const response = await ask(`${url}/api/v1/streams/${stream}/snapshot`, { headers: bearer(token) });
  return new Uint8Array(await response.arrayBuffer());
}
