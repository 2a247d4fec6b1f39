/** GET /ws/stream: points and labels over a WebSocket. */
import type { ApiParts } from "../api/parts.ts";
import type { Exchange } from "../http/exchange.ts";
import { Problem } from "../http/problem.ts";
import type { Route } from "../http/route.ts";
import type { RateLimiter } from "../http/serve.ts";
import { SocketQuery } from "../schema/live.ts";
import { DEFAULT_STREAM } from "../streams/streams.ts";
import { Conversation } from "./conversation.ts";
import type { Live } from "./live.ts";
import type { Upgrade } from "./socket.ts";

const DESCRIPTION =
  `Needs the scope write, by token, api_key or the usual heads. A browser's page must be of this server
or of ALLOWED_ORIGINS.

A text message is JSON; its \`id\`, a number or a short text, comes back with the answer:

- \`{"type": "point", "point": [1, 2, 3], "id": 1}\`
- \`{"type": "batch", "points": [[1, 2, 3]], "id": 2}\`
- \`{"type": "status_request", "id": 3}\`

A binary message is points as octets: little-endian f32, row-major.

Answers come in the order of the messages, one each, when the journal has the points:

- \`{"type": "cluster_update", "id": 1, "results": [...]}\`, as process_points answers; to octets \`cluster_ids\` instead
- \`{"type": "algorithm_status", "id": 3, ...}\`, as GET algorithm_status answers
- \`{"type": "error", "id": 1, "code", "detail", "errors", "retry_after_seconds"}\`, codes as in problem documents: the
  message changed nothing, the socket stays open

Each message counts against the rate limit. Up to 256 may be under way; more are answered \`overloaded\`.
Closed with 1001: the server stops, every answer was sent; 1008: the credentials hold no more, or 100 messages in a row
were malformed; 1009: a message is far too large; 1013: the answers are not read, or 1,024 messages wait for theirs.`;

export interface SocketParts {
  api: ApiParts;
  live: Live;
  limiter: RateLimiter;
  /** Origins whose pages may connect, besides the server's own. */
  allowedOrigins: readonly string[];
  /** Undefined where the host has no WebSockets. */
  upgrade: Upgrade | undefined;
}

export function socketRoutes(parts: SocketParts): Route[] {
  return [{
    method: "GET",
    path: "/ws/stream",
    // The credentials may be in the query, so the handler looks at them itself.
    access: "public",
    tag: "live",
    summary: "Learn points over a WebSocket, and get each labelled as it arrives",
    description: DESCRIPTION,
    query: SocketQuery,
    answers: { 101: { description: "The socket is open" } },
    problems: [
      "upgrade_required",
      "unauthorized",
      "invalid_credentials",
      "forbidden",
      "stream_not_found",
      "overloaded",
      "storage_unavailable",
    ],
    handle: (exchange) => open(exchange, parts),
  }];
}

async function open(exchange: Exchange, { api, live, limiter, allowedOrigins, upgrade }: SocketParts) {
  if (!upgrade) throw new Problem("not_found", "this host has no WebSockets");
  expectHandshake(exchange.request.headers);
  checkOrigin(exchange, allowedOrigins);
  const { token, api_key: apiKey, stream = DEFAULT_STREAM, dims } = exchange.query(SocketQuery);
  // Without any the heads are looked at.
  const given = token === undefined && apiKey === undefined ? undefined : { token, apiKey };
  // The stream `default` is made by the first look at it; of others nothing is told to strangers.
  if (stream === DEFAULT_STREAM) await api.streams.get(stream);
  const ticket = await live.admit("socket", exchange, stream, "write", given);
  exchange.principal = ticket.exchange.principal;
  live.checkRoom("socket");
  const conversation = new Conversation(ticket, { exchange: ticket.exchange, stream, dims, api, limiter }, live);
  const response = upgrade(exchange.request, conversation);
  live.add(conversation);
  return response;
}

/** Throws Problem upgrade_required unless the heads are those of a WebSocket handshake (RFC 6455, 4.2.1). */
function expectHandshake(headers: Headers): void {
  const has = (name: string, part: string) => (headers.get(name) ?? "").toLowerCase().split(/\s*,\s*/).includes(part);
  const isWhole = has("upgrade", "websocket") && has("connection", "upgrade") &&
    has("sec-websocket-version", "13") && headers.has("sec-websocket-key");
  if (isWhole) return;
  throw new Problem("upgrade_required", "connect with a WebSocket of version 13", undefined, {
    "upgrade": "websocket",
    "connection": "Upgrade",
    "sec-websocket-version": "13",
  });
}

/** Browsers let any page connect and say whose it is; the server must look. Throws Problem forbidden. */
function checkOrigin({ request, url }: Exchange, allowed: readonly string[]): void {
  const origin = request.headers.get("origin");
  if (origin === null || allowed.includes(origin) || allowed.includes("*")) return;
  // The scheme is the proxy's matter, so the host alone is compared.
  if (URL.canParse(origin) && new URL(origin).host === url.host) return;
  throw new Problem("forbidden", `pages of ${origin} may not connect; ALLOWED_ORIGINS lists those that may`);
}
