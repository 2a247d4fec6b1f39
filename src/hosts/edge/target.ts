/** Which stream a request is about. */
import { DEFAULT_STREAM, STREAM_NAME } from "../../service/mod.ts";

/** The service reads no more of a body that makes a stream. */
const BODY_BYTES_MAX = 65_536;

/** Name of the stream; undefined for what is of the service as a whole, and for names that no stream can have. */
export async function streamOf(request: Request): Promise<string | undefined> {
  const { pathname: encoded, searchParams } = new URL(request.url);
  const pathname = decoded(encoded);
  if (pathname === "/ws/stream") return checked(searchParams.get("stream") ?? DEFAULT_STREAM);
  const [, named] = /^\/api\/v1\/streams\/([^/]+)/.exec(pathname) ?? [];
  if (named !== undefined) return checked(named);
  if (pathname === "/api/v1/streams") return request.method === "POST" ? await newName(request) : undefined;
  return pathname.startsWith("/api/v1/") && pathname !== "/api/v1/health" ? DEFAULT_STREAM : undefined;
}

function checked(text: unknown): string | undefined {
  return typeof text === "string" && STREAM_NAME.test(text) ? text : undefined;
}

/** The name that a stream is to have; undefined where the body is none, which whoever reads it next will say. */
async function newName(request: Request): Promise<string | undefined> {
  try {
    return checked(JSON.parse(await beginningOf(request.clone())).name);
  } catch {
    return undefined;
  }
}

/** A body, and of one that is too long the beginning. */
async function beginningOf({ body }: Request): Promise<string> {
  let text = "";
  // To leave the loop lets the rest of the body go.
  for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += part;
    if (text.length > BODY_BYTES_MAX) break;
  }
  return text;
}

/** As the service's router reads a path. */
function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
