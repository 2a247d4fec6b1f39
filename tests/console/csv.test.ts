import { describe, it } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { CsvError, readCsv } from "../../src/console/flow/csv.ts";

const plain = (text: string) => {
  const { points, ...rest } = readCsv(text);
  return { points: [...points], ...rest };
};

describe("readCsv", () => {
  it("reads numbers with and without a header", () => {
    assertEquals(plain("1,2\n3,4.5\n"), {
      points: [1, 2, 3, 4.5],
      dims: 2,
      names: ["column 1", "column 2"],
      leftOut: [],
    });
    assertEquals(plain("x,y\n1,-2e3").names, ["x", "y"]);
  });

  it("leaves out columns without numbers and says which", () => {
    const iris = plain('sepal,petal,"species"\n5.1,1.4,setosa\n7,4.7,"versicolor"\n');
    assertEquals(iris, {
      points: [5.1, 1.4, 7, 4.7].map(Math.fround),
      dims: 2,
      names: ["sepal", "petal"],
      leftOut: ["species"],
    });
  });

  it("takes semicolons, tabs, CRLF, a byte order mark and blank lines", () => {
    for (const text of ["\ufeff1;2\r\n\r\n3;4\r\n", "\n1\t2\n3\t4", "1 , 2\n 3 ,4\n\n"]) {
      assertEquals(plain(text).points, [1, 2, 3, 4], JSON.stringify(text));
    }
  });

  it("takes commas for points where they do not separate", () => {
    assertEquals(plain("x;y\n1,5;-2,25e1\n3;,5\n").points, [1.5, -22.5, 3, 0.5]);
    assertEquals(plain("1,5\t2\n3\t4\n").points, [1.5, 2, 3, 4]);
  });

  it("takes a separator inside quotes for text", () => {
    const people = plain('"name; first",x,y\n"Smith, ""J""",1,"2"\n"Doe, A",3,4\n');
    assertEquals(people, { points: [1, 2, 3, 4], dims: 2, names: ["x", "y"], leftOut: ["name; first"] });
  });

  it("takes lines that end in a carriage return, and columns whose first value is empty", () => {
    assertEquals(plain("x,y\r1,2\r3,4\r").points, [1, 2, 3, 4]);
    assertEquals(plain("\tx\n\t1\n\t2\n"), { points: [1, 2], dims: 1, names: ["x"], leftOut: ["column 1"] });
  });

  it("names the line of what it cannot read", () => {
    const faults = {
      "": "the file has no lines",
      "x,y\n": "a header and nothing below it",
      "x,y\n1,2\n\n3\n": "line 4 has 1 values, the first line has 2",
      "x,y\n1,2\n3,n/a\n": 'line 3, y: "n/a" is no number',
      "1,2\n3,\n": 'line 2, column 2: "" is no number',
      "1,2\n3,1e39\n": 'line 2, column 2: "1e39" is no number',
      "a,b\nc,d\n": "line 2 has no numbers",
    };
    for (const [text, says] of Object.entries(faults)) assertThrows(() => readCsv(text), CsvError, says);
  });
});
