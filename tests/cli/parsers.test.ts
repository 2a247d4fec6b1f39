import { describe, it } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Parser, readBatches } from "../../src/cli/batch.ts";
import { CsvParser } from "../../src/cli/csv.ts";
import { parseDecimal } from "../../src/cli/decimal.ts";
import { DataError } from "../../src/cli/errors.ts";
import { NdjsonParser } from "../../src/cli/ndjson.ts";
import { RawParser } from "../../src/cli/raw.ts";
import { random } from "../../src/random.ts";

const octets = (text: string) => new TextEncoder().encode(text);

/** All points of a file that comes in chunks of a size. */
function parse(parser: Parser, data: Uint8Array, size = data.length): number[][] {
  const rows: number[][] = [];
  const take = (batch: ReturnType<Parser["push"]>) => {
    for (let i = 0; batch && i < batch.points.length; i += batch.dims) {
      rows.push([...batch.points.subarray(i, i + batch.dims)]);
    }
  };
  for (let at = 0; at < data.length; at += size) take(parser.push(data.slice(at, at + size)));
  take(parser.end());
  return rows;
}

const csv = (text: string, columns?: string[], size?: number) =>
  parse(new CsvParser("f.csv", columns), octets(text), size);
const ndjson = (text: string, size?: number) => parse(new NdjsonParser("f.ndjson"), octets(text), size);

function refuses(read: () => unknown, message: string): void {
  assertEquals(assertThrows(read, DataError).message, message);
}

describe("parseDecimal", () => {
  const read = (text: string) => parseDecimal(octets(text), 0, octets(text).length);

  it("reads what Number reads, to the last bit", () => {
    const r = random(11, "decimal");
    for (let i = 0; i < 20000; i++) {
      const value = (r.uniform() - 0.5) * 10 ** (r.integer(40) - 20);
      const text =
        [String(value), value.toFixed(r.integer(12)), value.toExponential(r.integer(20)), `+${Math.abs(value)}`][i % 4];
      assert(Object.is(read(text), Number(text)), text);
    }
  });

  it("allows blanks round the number, a sign, a bare point", () => {
    assertEquals([" 1.5\t", "-0", "+.5", "7.", "1e3"].map(read), [1.5, -0, 0.5, 7, 1000]);
  });

  it("gives NaN for anything else", () => {
    for (const text of ["", " ", ".", "-", "1,5", "0x10", "Infinity", "nan", "1e", "1 2", "--1"]) {
      assert(Number.isNaN(read(text)), text);
    }
  });
});

describe("CsvParser", () => {
  const TEXT = '\ufeffx,"y ""m"", in\nmetres"\r\n1,2\r\n\r\n"3.5",-4e2\n 5 ,6';

  it("reads a header, quotes, CRLF, blank lines and a last line without an end", () => {
    assertEquals(csv(TEXT), [[1, 2], [3.5, -400], [5, 6]]);
  });

  it("gives the same however the file is cut", () => {
    for (let size = 1; size < 12; size++) assertEquals(csv(TEXT, undefined, size), csv(TEXT));
  });

  it("takes the first row as a point where it is one", () => {
    assertEquals(csv("1,2\n3,4\n"), [[1, 2], [3, 4]]);
  });

  it("takes the columns that are wanted, by name or number, in that order", () => {
    assertEquals(csv("id,a,b\nx,1,2\ny,3,4\n", ["b", "2"]), [[2, 1], [4, 3]]);
  });

  it("says line, column and name of what is no number", () => {
    refuses(() => csv("x,y\n1,2\n\n3,abc\n"), 'f.csv:4: column 2 (y): "abc" is not a number');
    refuses(() => csv("1,2\n3,\n"), "f.csv:2: column 2 is empty");
    refuses(() => csv("1,2\n3,1e16\n"), 'f.csv:2: column 2: "1e16" is beyond 1e15');
    refuses(() => csv("1,abc\n3,4\n"), 'f.csv:1: column 2: "abc" is not a number');
  });

  it("counts the lines inside quotes", () => {
    refuses(() => csv('"a\nb",c\n1,2\n1,z\n'), 'f.csv:4: column 2 (c): "z" is not a number');
  });

  it("tells what is compressed or UTF-16 by its head, however it is cut", () => {
    const heads = {
      "is compressed by gzip: decompress it first": [0x1f, 0x8b, 8],
      "is UTF-16: write it as UTF-8": [0xff, 0xfe, 0x31, 0, 0x0a, 0],
    };
    for (const [says, octets] of Object.entries(heads)) {
      for (const cut of [1, 2, octets.length]) {
        const parser = new CsvParser("f.csv"), all = Uint8Array.from(octets);
        refuses(() => {
          parser.push(all.subarray(0, cut));
          parser.push(all.subarray(cut));
          parser.end();
        }, `f.csv:1: ${says}`);
      }
    }
  });

  it("refuses ragged rows, open quotes, text after quotes and unknown columns", () => {
    refuses(() => csv("1,2\n3\n"), "f.csv:2: 1 columns, the first row has 2");
    refuses(() => csv('1,2\n"3,4\n'), "f.csv:2: a quote is not closed");
    refuses(() => csv('1,2\n"3"4,5\n'), "f.csv:2: text after a closing quote");
    refuses(() => csv("a,b\n1,2\n", ["c"]), 'f.csv:1: no column "c" among a, b');
  });
});

describe("NdjsonParser", () => {
  it("reads arrays and objects with a point, however the file is cut", () => {
    const text = '[1,2]\r\n\n{"point":[3,4.5],"id":"ü"}\n [5,6] ';
    for (let size = 1; size < 9; size++) assertEquals(ndjson(text, size), [[1, 2], [3, 4.5], [5, 6]]);
  });

  it("says line and column of what is wrong", () => {
    refuses(() => ndjson("[1,2]\n[3]\n"), "f.ndjson:2: 1 numbers, the first point has 2");
    refuses(() => ndjson('[1,2]\n\n[3,"4"]\n'), 'f.ndjson:3: column 2: "4" is not a number');
    refuses(() => ndjson("[1,1e16]\n"), "f.ndjson:1: column 2: 10000000000000000 is beyond 1e15");
    refuses(() => ndjson('{"points":[1]}\n'), 'f.ndjson:1: neither an array nor an object with an array "point"');
    refuses(() => ndjson("null\n"), 'f.ndjson:1: neither an array nor an object with an array "point"');
    refuses(() => ndjson("[]\n"), "f.ndjson:1: a point of no numbers");
    assert(assertThrows(() => ndjson("[1]\n[2"), DataError).message.startsWith("f.ndjson:2: not JSON: "));
  });
});

describe("RawParser", () => {
  const data = new Uint8Array(Float32Array.of(1, 2.5, -3, 4, 5, 6).buffer);

  it("reads little-endian float32, however the file is cut", () => {
    for (let size = 1; size < 30; size++) {
      assertEquals(parse(new RawParser("f.f32", 3), data, size), [[1, 2.5, -3], [4, 5, 6]]);
    }
  });

  it("refuses a file that ends inside a point", () => {
    refuses(
      () => parse(new RawParser("f.f32", 3), data.subarray(0, 20), 7),
      "f.f32: ends inside a point: 8 octets after 1 points of 3 float32 each",
    );
  });
});

describe("readBatches", () => {
  it("gives each chunk's points as soon as they are complete", async () => {
    async function* chunks() {
      yield* ["1\n2\n3", "4\n", "5"].map(octets);
    }
    const sizes = [];
    for await (const { points } of readBatches(chunks(), new CsvParser("f.csv"))) sizes.push([...points]);
    assertEquals(sizes, [[1, 2], [34], [5]]);
  });
});
