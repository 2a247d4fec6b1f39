import { describe, it } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Engine, findFaults, NcsError, type NcsErrorCode, type Points } from "../../src/engine/mod.ts";
import { blobs, kernel, toRows } from "../kernel.ts";

const DIMS = 3;

function learned(): Engine {
  const engine = Engine.create(kernel, DIMS);
  engine.learn(blobs(500, DIMS));
  return engine;
}

function assertRefused(points: unknown, code: NcsErrorCode, row?: number, column?: number): void {
  const engine = learned();
  const before = engine.snapshot();
  for (const act of ["learn", "assign"] as const) {
    const error = assertThrows(() => engine[act](points as Points), NcsError);
    assertEquals([error.code, error.row, error.column], [code, row, column]);
  }
  assertEquals(engine.snapshot(), before);
}

describe("points", () => {
  it("learn() says the same of rows, of a Float64Array and of any rows of typed arrays", () => {
    const flat = blobs(3000, DIMS);
    const whole = Engine.create(kernel, DIMS).learn(flat, { layers: true });
    const rows = toRows(flat, DIMS);
    assertEquals(Engine.create(kernel, DIMS).learn(rows, { layers: true }), whole);
    assertEquals(Engine.create(kernel, DIMS).learn(rows.map((row) => new Float64Array(row)), { layers: true }), whole);
  });

  it("learn() says the same of a Float32Array and of the same values in double precision", () => {
    const single = new Float32Array(blobs(3000, DIMS));
    assertEquals(
      Engine.create(kernel, DIMS).learn(single),
      Engine.create(kernel, DIMS).learn(new Float64Array(single)),
    );
  });

  it("learn() reads an array that begins inside its buffer", () => {
    const flat = blobs(100, DIMS);
    const shifted = new Float64Array(302);
    shifted.set(flat, 2);
    assertEquals(
      Engine.create(kernel, DIMS).learn(shifted.subarray(2)),
      Engine.create(kernel, DIMS).learn(flat),
    );
  });

  it("an empty batch is refused", () => {
    assertRefused([], "empty_batch");
    assertRefused(new Float32Array(0), "empty_batch");
    assertRefused(new Float64Array(0), "empty_batch");
  });

  it("a batch that is no batch is refused", () => {
    for (const points of [null, undefined, 3, "123", {}, new Int32Array(3), new ArrayBuffer(24)]) {
      assertRefused(points, "invalid_points");
    }
    assertRefused([[1, 2, 3], null], "invalid_points", 1);
    assertRefused([[1, 2, 3], 4], "invalid_points", 1);
    assertRefused(["123"], "invalid_points", 0);
    assertRefused([{ length: 3, 0: 1, 1: 2, 2: 3 }], "invalid_points", 0);
  });

  it("rows of other lengths are refused", () => {
    assertRefused([[1, 2]], "dims_mismatch", 0);
    assertRefused([[1, 2, 3, 4], [1, 2, 3, 4]], "dims_mismatch", 0);
    assertRefused([[1, 2, 3], [1, 2]], "ragged_rows", 1);
    assertRefused([[1, 2, 3], [1, 2, 3], []], "ragged_rows", 2);
    assertRefused(new Float32Array(4), "dims_mismatch", 1);
  });

  it("coordinates that are no numbers are refused", () => {
    assertRefused([[1, 2, 3], [1, "2", 3]], "not_a_number", 1, 1);
    assertRefused([[1, 2, null]], "not_a_number", 0, 2);
    // deno-lint-ignore no-sparse-arrays
    assertRefused([[1, , 3]], "not_a_number", 0, 1);
    assertRefused([[true, 2, 3]], "not_a_number", 0, 0);
    assertRefused([[1n, 2, 3]], "not_a_number", 0, 0);
  });

  for (const [value, code] of [[NaN, "not_finite"], [-Infinity, "not_finite"], [1.1e15, "out_of_range"]] as const) {
    it(`${value} is refused wherever it is, and nothing is learned`, () => {
      for (const at of [0, 7, 8999]) {
        const flat = blobs(3000, DIMS);
        flat[at] = value;
        const [row, column] = [Math.floor(at / DIMS), at % DIMS];
        assertRefused(flat, code, row, column);
        assertRefused(new Float32Array(flat), code, row, column);
        assertRefused(toRows(flat, DIMS), code, row, column);
      }
    });
  }

  it("1e15 itself is taken", () => {
    assertEquals(Engine.create(kernel, 1).learn([[1e15], [-1e15]]).ids.length, 2);
  });

  it("the message says where and what", () => {
    const error = assertThrows(() => learned().learn([[1, 2, 3], [4, NaN, 6]]), NcsError);
    assertEquals(error.message, "row 1, column 1: NaN is not finite");
    assert(error instanceof Error);
    assertEquals(error.name, "NcsError");
    const other = (value: unknown) => assertThrows(() => learned().learn([[1, 2, value as number]]), NcsError).message;
    assertEquals(other("7"), "row 0, column 2: a string is not a number");
    assertEquals(other(null), "row 0, column 2: null is not a number");
    assertEquals(other(1e16), "row 0, column 2: 10000000000000000 is beyond 1e15");
  });

  it("findFaults() lists what is wrong with rows, up to its limit", () => {
    const rows = [[1, 2, 3], [1, NaN, "x"], [1], 5, [1e16, 0, 0]];
    const codes = findFaults(rows, DIMS, 10).map(({ code, row, column }) => [code, row, column]);
    assertEquals(codes, [
      ["not_finite", 1, 1],
      ["not_a_number", 1, 2],
      ["ragged_rows", 2, undefined],
      ["invalid_points", 3, undefined],
      ["out_of_range", 4, 0],
    ]);
    assertEquals(findFaults(rows, DIMS, 2).length, 2);
  });
});
