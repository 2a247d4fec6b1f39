import { describe, it } from "node:test";
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { parityPoints, STREAMS } from "../../src/parity/input.ts";
import { type Result, verdict } from "../../src/parity/result.ts";
import { digest } from "../../src/parity/workload.ts";
import { kernel } from "../kernel.ts";

describe("verdict", () => {
  const same: Result[] = [{ host: "deno", digest: "a" }, { host: "bun", digest: "a" }];

  it("is good where all digests are the same, whatever was skipped", () => {
    assertEquals(verdict(same, ["deno"]), undefined);
    assertEquals(verdict([...same, { host: "node", skipped: "why" }], ["deno"]), undefined);
  });

  it("is bad where one differs, one fails, a required one is skipped or none ran", () => {
    assertEquals(verdict([...same, { host: "node", digest: "b" }], []), "2 different digests");
    assertEquals(verdict([...same, { host: "node", error: "why" }], []), "a host failed");
    assertEquals(verdict([...same, { host: "node", skipped: "why" }], ["node"]), "not installed: node");
    assertEquals(verdict([{ host: "node", skipped: "why" }], []), "0 different digests");
  });
});

describe("digest", () => {
  it("is the same twice and another one for other points", async () => {
    const [first, again, other] = await Promise.all([5000, 5000, 5100].map((points) => digest(kernel, points)));
    assertMatch(first, /^[0-9a-f]{64}$/);
    assertEquals(again, first);
    assertNotEquals(other, first);
  });
});

describe("parityPoints", () => {
  it("are whole multiples of 1/128, small enough for single precision", () => {
    for (const { dims } of STREAMS) {
      const points = parityPoints(2000, dims);
      assertEquals(points.find((x) => x * 128 !== Math.round(x * 128) || Math.fround(x) !== x), undefined);
    }
  });
});
