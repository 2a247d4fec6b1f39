/** Answers that a client may keep: the tag says whether what it has is still what there is. */
import type { Exchange } from "./exchange.ts";

/** A body with the tag of its octets. */
export interface Tagged {
  body: string | Uint8Array<ArrayBuffer>;
  type: string;
  etag: string;
}

export async function tag(body: Tagged["body"], type: string): Promise<Tagged> {
  const octets = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", octets));
  const etag = Array.from(digest.subarray(0, 8), (octet) => octet.toString(16).padStart(2, "0")).join("");
  return { body, type, etag: `"${etag}"` };
}

/** The body, or 304 where the client has it. */
export function answerTagged(exchange: Exchange, { body, type, etag }: Tagged, also: Record<string, string>): Response {
  const heads = { ...also, etag };
  const known = exchange.request.headers.get("if-none-match") ?? "";
  // A proxy that compresses marks the tag as weak.
  if (known === "*" || known.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag)) {
    return new Response(null, { status: 304, headers: { ...exchange.headers, ...heads } });
  }
  return exchange.answer(body, type, 200, heads);
}
