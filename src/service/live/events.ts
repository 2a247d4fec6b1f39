/** GET events: what changed in a stream, as pages or as they happen. */
import type { ApiParts } from "../api/parts.ts";
import { isEventStream, lastEventId } from "./asked.ts";
import type { Exchange } from "../http/exchange.ts";
import { streamNotFound } from "../http/problem.ts";
import { forStreams, type Route } from "../http/route.ts";
import { EventFrames, EventPage, EventsHead, EventsQuery, StreamPath } from "../schema/streams.ts";
import { openingFrame, viewOf } from "./frame.ts";
import type { EventHub } from "./hub.ts";
import type { Live, Member } from "./live.ts";
import { Subscription } from "./subscription.ts";

/** Events of a page where no limit is asked for, and of a look into the store for a subscriber. */
const PAGE_SIZE = 100;

export function eventsRoutes(api: ApiParts, hub: EventHub, live: Live): Route[] {
  return forStreams({
    method: "GET",
    path: "/api/v1/events",
    access: "read",
    tag: "live",
    summary: "What changed: clusters born, merged, split, moved, died; drift",
    description: "With Accept: text/event-stream the events as they happen, as server-sent events: a client that " +
      "connects again with Last-Event-ID gets what it missed, once and in order. The newest EVENTS_KEPT events are kept, by default 10,000.",
    query: EventsQuery,
    head: EventsHead,
    answers: {
      200: {
        description: "A page of events, or events without end",
        content: { "application/json": EventPage, "text/event-stream": EventFrames },
      },
    },
    problems: ["invalid_parameter", "overloaded", "storage_unavailable"],
    handle: (exchange) => isEventStream(exchange.request) ? subscribe(exchange, api, hub, live) : page(exchange, api),
  }, StreamPath);
}

async function page(exchange: Exchange, { streams }: ApiParts): Promise<Response> {
  const after = lastEventId(exchange) ?? 0;
  const { limit = PAGE_SIZE } = exchange.query(EventsQuery);
  const name = exchange.streamName, { store } = streams.parts;
  await streams.get(name);
  const events = await store.events(name, after, limit);
  // What is known here may have been deleted at another replica.
  if (events.length === 0 && !await store.stream(name)) throw streamNotFound(name);
  return exchange.json({ events: events.map(viewOf), next_after: events.at(-1)?.sequence ?? after });
}

async function subscribe(
  exchange: Exchange,
  { streams, replicas }: ApiParts,
  hub: EventHub,
  live: Live,
): Promise<Response> {
  const asked = lastEventId(exchange);
  const name = exchange.streamName, { store } = streams.parts;
  await streams.get(name);
  const ticket = await live.admit("listener", exchange, name, "read");
  const read = (after: number, limit = PAGE_SIZE) => store.events(name, after, limit);
  const from = asked === undefined ? await store.lastEvent(name) : await knownSequence(asked, read);
  live.checkRoom("listener");
  const subscription = new Subscription(read, PAGE_SIZE, from, live.parts.limits.queueMax);
  const leave = () => {
    unlisten();
    live.remove(member);
    subscription.end();
  };
  const { stall_ms, heartbeat_ms } = live.parts.limits;
  const member: Member = {
    kind: "listener",
    ticket,
    beat: () => {
      // News of other replicas is lost where Redis is away.
      if (replicas) subscription.lookAgain();
      return subscription.beat() * heartbeat_ms < stall_ms || leave();
    },
    expel: leave,
    finish: () => Promise.resolve(leave()),
  };
  const unlisten = hub.listen(name, (events) => subscription.offer(events));
  live.add(member);
  return exchange.answer(bodyOf(subscription, leave), "text/event-stream", 200, {
    "cache-control": "no-store",
    // Else nginx would keep events back until a buffer is full.
    "x-accel-buffering": "no",
  });
}

/**
 * The sequence to go on from: the one asked for, or 0 where the stream never had it, because it was made anew since: then
 * what it has is all new to the client.
 */
async function knownSequence(asked: number, read: (after: number, limit: number) => Promise<unknown[]>) {
  if (asked === 0 || (await read(asked - 1, 1)).length > 0) return asked;
  return 0;
}

/** Made as it is read, so that nothing waits for a slow reader but what its connection holds. */
function bodyOf(subscription: Subscription, leave: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(openingFrame(subscription.last))),
    async pull(controller) {
      try {
        const frames = await subscription.next();
        if (frames === undefined) controller.close();
        else controller.enqueue(encoder.encode(frames));
      } catch (error) {
        leave();
        throw error;
      }
    },
    cancel: leave,
  });
}
