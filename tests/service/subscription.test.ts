/** A subscriber's place in the events, with a store that tells when it is asked. */
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { frameOf } from "../../src/service/live/frame.ts";
import { Subscription } from "../../src/service/live/subscription.ts";
import type { StoredEvent } from "../../src/store/mod.ts";
import { sequence } from "./event_stream.ts";

function eventOf(sequence: number): StoredEvent {
  return { sequence, type: "born", point: sequence, id: sequence, other: -1, time: 0 };
}

/** A store whose events are kept and then offered. */
function createStore(queueMax: number, pageSize = 3) {
  const kept: StoredEvent[] = [];
  let reads = 0, whileReading = () => {};
  const read = async (after: number) => {
    reads++;
    const events = kept.filter(({ sequence }) => sequence > after).slice(0, pageSize);
    await Promise.resolve();
    whileReading();
    return events;
  };
  const subscription = new Subscription(read, pageSize, 0, queueMax);
  return {
    subscription,
    reads: () => reads,
    onRead: (act: () => void) => whileReading = act,
    keep(...sequences: number[]) {
      kept.push(...sequences.map(eventOf));
      subscription.offer(sequences.map((sequence) => ({ sequence, frame: frameOf(eventOf(sequence)) })));
    },
    async take(last: number): Promise<number[]> {
      const ids: number[] = [];
      while (ids.at(-1) !== last) {
        ids.push(...[...(await subscription.next())!.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id)));
      }
      return ids;
    },
  };
}

describe("Subscription", () => {
  it("reads the store once, then takes what is offered from memory", async () => {
    const { subscription, keep, take, reads } = createStore(10);
    keep(1, 2);
    assertEquals(await take(2), [1, 2]);
    const next = take(4);
    await Promise.resolve();
    keep(3, 4);
    assertEquals([await next, reads(), subscription.queued], [[3, 4], 1, 0]);
  });

  it("holds at most its queue for a reader that does not read, and reads the store for the rest", async () => {
    const { subscription, keep, take } = createStore(8);
    keep(1);
    assertEquals(await take(1), [1]);
    for (let at = 2; at <= 1000; at++) {
      keep(at);
      assert(subscription.queued <= 8, `${subscription.queued} events in memory`);
    }
    assertEquals(await take(1000), sequence(2, 1000));
  });

  it("misses nothing that is kept while the store is read", async () => {
    const { keep, take, onRead } = createStore(8);
    onRead(() => {
      onRead(() => {});
      keep(1, 2);
    });
    assertEquals(await take(2), [1, 2]);
  });

  it("reads the store where an offer leaves a gap, and passes over what comes twice", async () => {
    const { subscription, keep, take } = createStore(8);
    keep(1, 2);
    assertEquals(await take(2), [1, 2]);
    const offer = (sequence: number) => subscription.offer([{ sequence, frame: frameOf(eventOf(sequence)) }]);
    offer(1);
    const ids = take(5);
    await Promise.resolve();
    // Of 3 and 4 nobody told.
    subscription.offer([]);
    keep(3, 4, 5);
    offer(5);
    assertEquals(await ids, [3, 4, 5]);
  });

  it("ends while the store is read", async () => {
    const { subscription, onRead } = createStore(8);
    onRead(() => subscription.end());
    assertEquals(await subscription.next(), undefined);
  });
});
