/** What a request for events asks for. */
import type { Exchange } from "../http/exchange.ts";
import { parameterProblem } from "../http/problem.ts";
import { EventsHead, EventsQuery } from "../schema/streams.ts";

/** Whether events are wanted as they happen. */
export function isEventStream({ headers }: Request): boolean {
  const types = (headers.get("accept") ?? "").split(",").map((range) => range.split(";", 1)[0].trim().toLowerCase());
  return types.includes("text/event-stream");
}

/**
 * The event that the client had last: a browser that connects again says it in the head, while the query is still the
 * first one's. Undefined: it wants what happens from now on. Throws Problem invalid_parameter.
 */
export function lastEventId(exchange: Exchange): number | undefined {
  const { after } = exchange.query(EventsQuery);
  // An empty head is what a client sends that had no event yet.
  const head = exchange.request.headers.get("last-event-id") || undefined;
  const read = EventsHead.safeParse({ "last-event-id": head });
  if (read.success) return read.data["last-event-id"] ?? after;
  throw parameterProblem("Last-Event-ID", `Last-Event-ID ${read.error.issues[0].message}`);
}
