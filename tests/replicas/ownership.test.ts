/** What a replica remembers of streams that are elsewhere. */
import { describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { STREAM_LIMITS, systemClock } from "../../src/service/mod.ts";
import type { Membership } from "../../src/service/replicas/membership.ts";
import { Ownership } from "../../src/service/replicas/ownership.ts";
import type { Streams } from "../../src/service/streams/streams.ts";
import type { ReplicaStore } from "../../src/store/mod.ts";

const KNOWN = STREAM_LIMITS.streamsMax;

describe("the owners of streams that are elsewhere", () => {
  it("are asked for once, and remembered of as many as there may be: names that came and went are let go of", async () => {
    let asked = 0;
    const store = { assign: () => Promise.resolve(`replica ${asked++ % 3}`) } as unknown as ReplicaStore;
    const membership = { isHeld: true, self: { id: "self" }, member: () => ({}) } as unknown as Membership;
    const streams = { get: () => Promise.resolve() } as unknown as Streams;
    const ownership = new Ownership(store, membership, streams, systemClock, () => {});
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < KNOWN; index++) {
        assertEquals(await ownership.enter(`s${index}`), `replica ${index % 3}`);
      }
    }
    assertEquals(asked, KNOWN);
    await ownership.enter("one more");
    await ownership.enter("s0");
    assertEquals(asked, KNOWN + 2);
  });
});
