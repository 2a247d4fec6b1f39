/** Bodies of requests, read whole and within a limit. */
import { deadlines } from "../deadlines.ts";
import { Problem } from "./problem.ts";

/** Media type of a request, in lower case and without parameters; empty where none is said. */
export function mediaType(request: Request): string {
  return (request.headers.get("content-type") ?? "").split(";", 1)[0].trim().toLowerCase();
}

const decoder = new TextDecoder(), strict = new TextDecoder("utf-8", { fatal: true });

/** What a body may take. */
export interface BodyLimits {
  bodyBytesMax: number;
  /** From the first look at the body to its end. */
  bodyTime_ms: number;
}

/**
 * The octets of a body. Throws unsupported_media_type (encoded), body_too_large, unreadable_body (the client left),
 * request_timeout.
 */
export async function readOctets(request: Request, limits: BodyLimits): Promise<ArrayBuffer> {
  const bytesMax = limits.bodyBytesMax;
  refuseEncoded(request.headers);
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > bytesMax) throw tooLarge(bytesMax);
  try {
    // Where the length is declared the server holds the client to it; else every chunk is counted.
    const body = declared === null ? readCounted(request, bytesMax) : request.arrayBuffer();
    return await withinTime(body, limits.bodyTime_ms);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem("unreadable_body", "the body ended before it was whole");
  }
}

/**
 * The octets of a body of any length, as they come; each part within the time that else a whole body has. Throws
 * unsupported_media_type (encoded), unreadable_body, request_timeout, and what `ending` is aborted with.
 */
export async function* readParts(
  { body, headers }: Request,
  time_ms: number,
  ending?: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  refuseEncoded(headers);
  const reader = body?.getReader();
  const end = () => void reader?.cancel().catch(() => {});
  ending?.addEventListener("abort", end);
  try {
    for (;;) {
      ending?.throwIfAborted();
      const next = reader && await withinTime(reader.read(), time_ms);
      ending?.throwIfAborted();
      if (!next || next.done) return;
      yield next.value;
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem("unreadable_body", "the body ended before it was whole");
  } finally {
    ending?.removeEventListener("abort", end);
    await reader?.cancel().catch(() => {});
  }
}

/** A body as JSON. Throws invalid_json and as readOctets. */
export async function readJson(request: Request, limits: BodyLimits): Promise<unknown> {
  return parseJson(await readOctets(request, limits));
}

/** Throws invalid_json. */
export function parseJson(octets: ArrayBuffer): unknown {
  try {
    return JSON.parse(textOf(octets));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : "it is not UTF-8";
    throw new Problem("invalid_json", `the body is not JSON: ${reason}`);
  }
}

/** Deno decodes several times as fast where it need not refuse. What is not UTF-8 becomes U+FFFD, so only then is refused. */
function textOf(octets: ArrayBuffer): string {
  const text = decoder.decode(new Uint8Array(octets));
  return text.includes("\uFFFD") ? strict.decode(octets) : text;
}

/** Throws request_timeout where the body is not there in time: slow uploads must not pile up. */
function withinTime<T>(body: Promise<T>, time_ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => {
      reject(new Problem("request_timeout", `the body was not there within ${time_ms / 1000} seconds`));
    };
    const call = deadlines.add(late, time_ms);
    const settle = <V>(act: (value: V) => void) => (value: V) => {
      deadlines.delete(call);
      act(value);
    };
    body.then(settle(resolve), settle(reject));
  });
}

/** Throws Problem unsupported_media_type where a body is compressed. */
export function refuseEncoded(headers: Headers): void {
  const encoding = headers.get("content-encoding");
  if (encoding === null || ["", "identity"].includes(encoding.trim().toLowerCase())) return;
  throw new Problem("unsupported_media_type", `content-encoding ${encoding} is not supported; send the body as it is`);
}

async function readCounted(request: Request, bytesMax: number): Promise<ArrayBuffer> {
  if (!request.body) return new ArrayBuffer(0);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = request.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    bytes += next.value.byteLength;
    if (bytes > bytesMax) {
      await reader.cancel();
      throw tooLarge(bytesMax);
    }
    chunks.push(next.value);
  }
  return await new Blob(chunks).arrayBuffer();
}

function tooLarge(bytesMax: number): Problem {
  return new Problem("body_too_large", `a body has at most ${bytesMax} octets; send the points in smaller batches`);
}
