/** Which stream a request is about. */
import { DEFAULT_STREAM, STREAM_NAME } from "../../service/mod.ts";

/** A body that makes a stream is far shorter. */
const BODY_BYTES_MAX = 65_536;

/** Name of the stream; undefined for what is of the service as a whole, and for names that no stream can have. */
export async function streamOf(request: Request): Promise<string | undefined> {
  const { pathname } = new URL(request.url);
  const [, named] = /^\/api\/v1\/streams\/([^/]+)/.exec(pathname) ?? [];
  if (named !== undefined) return STREAM_NAME.test(named) ? named : undefined;
  if (pathname === "/api/v1/streams") return request.method === "POST" ? await newName(request) : undefined;
  const isOfDefault = /^\/(api\/v1|ws)\//.test(pathname) && pathname !== "/api/v1/health";
  return isOfDefault ? DEFAULT_STREAM : undefined;
}

/** The name that a stream is to have; undefined where the body is none, which whoever reads it next will say. */
async function newName(request: Request): Promise<string | undefined> {
  const length = Number(request.headers.get("content-length") ?? Infinity);
  if (length > BODY_BYTES_MAX) return undefined;
  try {
    const { name } = await request.clone().json();
    return typeof name === "string" && STREAM_NAME.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}
