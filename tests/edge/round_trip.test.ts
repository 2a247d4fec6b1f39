/** One stream goes round: server, browser, edge, server, Python. What comes out is what one engine makes of all points. */
import { after, describe, it } from "node:test";
import { assertEquals } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { kernel } from "../kernel.ts";
import { killLeftovers } from "../service/processes.ts";
import { type Hop, inChromium, inPython, missing, onEdge, onServer } from "./hops.ts";
import { pointsOf } from "./points.ts";

const POINTS = 10_000, DIMS = 3;

const HOPS: [where: string, hop: Hop, skip: string | false][] = [
  ["the server on Deno", onServer, false],
  ["a page in Chromium", inChromium, missing.chromium() && "Chromium is not installed"],
  ["workerd", onEdge, false],
  ["the server again", onServer, false],
  ["Python", inPython, missing.python() && "the virtual environment cannot be made"],
];

describe(`a stream that is learned by ${POINTS} points at each place`, () => {
  const engine = Engine.create(kernel, DIMS);
  let snapshot: Uint8Array<ArrayBuffer> | undefined;
  after(killLeftovers);

  for (const [index, [where, hop, skip]] of HOPS.entries()) {
    it(`has the labels and the state of one engine after ${where}`, { skip }, async () => {
      const points = pointsOf(index, POINTS);
      const learned = await hop(snapshot, points, DIMS);
      assertEquals(learned.ids, [...engine.learn(points).ids]);
      snapshot = learned.snapshot;
      assertEquals(await digestOf(snapshot), await digestOf(engine.snapshot()));
    });
  }
});

async function digestOf(octets: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", octets)).toHex();
}
