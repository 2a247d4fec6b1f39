/** Snapshots with a right checksum and wrong content: refused, or a stream that goes on without a trap. */
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { SNAPSHOT_HEADER } from "../../src/engine/kernel.ts";
import { Engine, NcsError } from "../../src/engine/mod.ts";
import { blobs, kernel, random } from "../kernel.ts";
import { SEED } from "./streams.ts";

const DIMS = 3, FORGERIES = 600;
const ODD_NUMBERS = [1e300, -1, 0, 1e15, -1e300, 1e-300, 2 ** 31, NaN, Infinity];

/** FNV-1a of 64 bits, as in the snapshot's last eight octets. */
function checksum(octets: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const octet of octets) hash = BigInt.asUintN(64, (hash ^ BigInt(octet)) * 0x100000001b3n);
  return hash;
}

/** A copy with one bit or one number changed behind the header, and the checksum made right. */
function forge(snapshot: Uint8Array, next: () => number): Uint8Array {
  const forged = snapshot.slice(), view = new DataView(forged.buffer), body = forged.length - 8;
  const at = SNAPSHOT_HEADER.bytes + Math.floor(next() * (body - SNAPSHOT_HEADER.bytes - 8));
  if (next() < 0.3) forged[at] ^= 1 << Math.floor(next() * 8);
  else view.setFloat64(at & ~7, ODD_NUMBERS[Math.floor(next() * ODD_NUMBERS.length)], true);
  view.setBigUint64(body, checksum(forged.subarray(0, body)), true);
  return forged;
}

function use(engine: Engine, points: Float64Array): void {
  const { ids } = engine.learn(points);
  assertEquals(ids.length, points.length / DIMS);
  engine.assign(points);
  engine.clusters();
  engine.status();
  engine.merge(engine.snapshot());
}

describe(`forged snapshots (seed ${SEED})`, () => {
  it("are refused as damaged, or make a stream that goes on", () => {
    const next = random(SEED), source = Engine.create(kernel, DIMS), points = blobs(400, DIMS, SEED);
    source.learn(blobs(6000, DIMS, SEED));
    const snapshot = source.snapshot();
    let refused = 0;
    for (let i = 0; i < FORGERIES; i++) {
      let engine: Engine;
      try {
        engine = Engine.restore(kernel, forge(snapshot, next));
      } catch (error) {
        assert(error instanceof NcsError && error.code.startsWith("snapshot_"), String(error));
        refused++;
        continue;
      }
      use(engine, points);
    }
    assert(refused > FORGERIES / 10, `${refused} of ${FORGERIES} were refused`);
  });
});
