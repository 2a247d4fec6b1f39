/** Events, as pages and as they happen. */
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import type { AppParts } from "../../src/service/mod.ts";
import type { EventBus } from "../../src/service/live/hub.ts";
import { MemoryStore, type StoredEvent } from "../../src/store/mod.ts";
import { Switch } from "./switch.ts";
import { createTestApp, type TestApp } from "./app.ts";
import { EventReader, sequence } from "./event_stream.ts";
import { happen } from "./happen.ts";

const EVENTS = "/api/v1/events";

async function subscribe(app: TestApp, path = EVENTS, headers: Record<string, string> = {}): Promise<EventReader> {
  return new EventReader(await app.request(path, { headers: { accept: "text/event-stream", ...headers } }));
}

describe("GET /api/v1/events", () => {
  it("answers pages of what happened", async () => {
    const app = createTestApp();
    assertEquals(await app.get(EVENTS), { events: [], next_after: 0 });
    const last = await happen(app, await happen(app, 0) + 3);
    const first = await app.get(`${EVENTS}?limit=2`);
    assertEquals(first.events[0], {
      sequence: 1,
      type: "born",
      point: 1,
      cluster_id: 0,
      other_id: null,
      time: "2026-01-02T03:04:05.678Z",
    });
    const second = await app.get(`/api/v1/streams/default/events?after=${first.next_after}`);
    assertEquals([first.events[1].sequence, second.events[0].sequence, second.next_after], [2, 3, last]);
    assertEquals(await app.get(`${EVENTS}?after=${last}`), { events: [], next_after: last });
    assertEquals((await app.request("/api/v1/streams/none/events")).status, 404);
    await app.close();
  });

  it("sends events as they happen, once through a client that comes again with Last-Event-ID", async () => {
    const app = createTestApp();
    const before = await happen(app, 0);
    const first = await subscribe(app);
    await happen(app, before);
    const event = await first.next();
    assertEquals(event?.id, String(before + 1));
    const [kept] = (await app.get(`${EVENTS}?after=${before}`)).events;
    assertEquals([event!.event, JSON.parse(event!.data!)], [kept.type, kept]);
    await first.close();
    const missed = await happen(app, before + 1);
    const second = await subscribe(app, `${EVENTS}?after=0`, { "last-event-id": event!.id! });
    const last = await happen(app, missed);
    assertEquals(await second.ids(last - before - 1), sequence(before + 2, last));
    await second.close();
    await app.close();
  });

  it("goes on over a restart of the server, without gap and without double", async () => {
    const store = new MemoryStore();
    const before = createTestApp({ store });
    const first = await subscribe(before, `${EVENTS}?after=0`);
    const seen = await first.ids(await happen(before, 0));
    const missed = await happen(before, seen.length);
    await before.endLive();
    await before.close();
    const after = createTestApp({ store });
    const second = await subscribe(after, EVENTS, { "last-event-id": String(seen.length) });
    const last = await happen(after, missed);
    assertEquals([...seen, ...await second.ids(last - seen.length)], sequence(1, last));
    await second.close();
    await after.close();
  });

  it("begins anew where the stream was made anew", async () => {
    const app = createTestApp();
    const last = await happen(app, 0);
    const reader = await subscribe(app, EVENTS, { "last-event-id": "70" });
    assertEquals(await reader.ids(last), sequence(1, last));
    await app.close();
  });

  it("a subscriber that reads nothing slows no writer, and misses nothing when it reads", async () => {
    const app = createTestApp({ more: { live: { queueMax: 4 } } });
    const reader = await subscribe(app, `${EVENTS}?after=0`);
    let last = 0;
    while (last < 120) last = await happen(app, last);
    assertEquals(await reader.ids(last), sequence(1, last));
    await app.close();
  });

  it("tells the subscribers of one server what another keeps", async () => {
    const receivers: Parameters<EventBus["receive"]>[0][] = [];
    const events: EventBus = {
      send: (stream, events: readonly StoredEvent[]) => receivers.forEach((act) => act(stream, events)),
      receive: (act) => receivers.push(act),
    };
    const store = new MemoryStore();
    const shared: NonNullable<AppParts["shared"]> = {
      counterOf: (_, local) => local,
      revocations: { tellRevoked: () => Promise.resolve(true), tellDeleted: () => Promise.resolve(), listen: () => {} },
      probe: () => Promise.resolve(),
      close: () => {},
    };
    const [writer, other] = [1, 2].map(() => createTestApp({ store, shared: { ...shared, events } }));
    const reader = await subscribe(other);
    const last = await happen(writer, 0);
    assertEquals(await reader.ids(last), sequence(1, last));
    await Promise.all([writer.close(), other.close()]);
  });

  it("sends comments while nothing happens, and refuses more subscribers than there may be", async () => {
    const app = createTestApp({ more: { live: { heartbeat_ms: 10, listenersMax: 1 } } });
    const reader = await subscribe(app);
    const refused = await app.request(EVENTS, { headers: { accept: "text/event-stream" } });
    assertEquals([refused.status, (await refused.json()).code], [503, "overloaded"]);
    setTimeout(() => happen(app, 0), 100);
    await reader.next();
    assert(reader.comments >= 3, `${reader.comments} comments`);
    await reader.close();
    await (await subscribe(app)).close();
    await app.close();
  });

  it("ends a subscriber that reads nothing for long", async () => {
    const app = createTestApp({ more: { live: { heartbeat_ms: 5, stall_ms: 20, listenersMax: 1 } } });
    const stalled = await app.request(EVENTS, { headers: { accept: "text/event-stream" } });
    // There is room for one: the stalled one is gone when another gets in.
    for (let tries = 0; tries < 100; tries++) {
      const again = await app.request(EVENTS, { headers: { accept: "text/event-stream" } });
      await again.body?.cancel();
      if (again.status === 200) break;
      assertEquals(again.status, 503);
      assert(tries < 99, "the stalled subscriber is still there");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await stalled.body!.cancel();
    await app.close();
  });

  it("ends subscribers whose credentials hold no more, whose stream is gone, or when the server stops", async () => {
    const authenticator = new Switch();
    const store = new MemoryStore();
    const app = createTestApp({ store, more: { live: { check_ms: 5 }, authenticator } });
    const revoked = await subscribe(app);
    authenticator.holds = false;
    assertEquals(await revoked.next(), undefined);
    authenticator.holds = true;
    await app.post("/api/v1/streams", { name: "short" });
    const gone = await subscribe(app, "/api/v1/streams/short/events");
    await store.deleteStream("short");
    assertEquals(await gone.next(), undefined);
    const stopped = await subscribe(app);
    await app.endLive();
    assertEquals(await stopped.next(), undefined);
    assertEquals((await app.request(EVENTS, { headers: { accept: "text/event-stream" } })).status, 503);
    await app.close();
  });

  it("refuses a Last-Event-ID that is none", async () => {
    const headers = { accept: "text/event-stream", "last-event-id": "x" };
    const response = await createTestApp().request(EVENTS, { headers });
    assertEquals([response.status, (await response.json()).errors[0].parameter], [422, "Last-Event-ID"]);
  });
});
