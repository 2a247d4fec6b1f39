/** docs/ALGORITHM.md names what is there: files and functions of the kernel, and its constants with their values. */
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { assert, assertEquals, assertGreater } from "@std/assert";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const page = read("docs/ALGORITHM.md");

/** Constants that belong to the interface, not to the algorithm. */
const ASIDE = /^(STATUS|SNAPSHOT)_|^(DIMS|COORDINATE)_MAX$|^EVENT_FIELDS$/;

/** Values of the exported constants of the kernel, by their names. */
function constants(): Map<string, string> {
  const exported = read("assembly/parameters.ts").matchAll(/([A-Z][A-Z_]+): [fi]\d\d = ([^,;]+)/g);
  return new Map(
    [...exported].map(([, name, value]): [string, string] => [name, value.trim()]).filter(([name]) =>
      !ASIDE.test(name)
    ),
  );
}

/** Rows of the page's tables whose first cell lists constants: names and values, side by side. */
function listed(): [string, string][] {
  const rows = [...page.matchAll(/^\| ([A-Z][A-Z_, ]+?) +\| ([^|]+?) +\|/gm)];
  return rows.flatMap(([, names, values]) => {
    const all = values.split(", ");
    return names.split(", ").map((name, i): [string, string] => [name, all[i]]);
  });
}

describe("the page of the algorithm", () => {
  it("names functions that are where it says", () => {
    const places = [...page.matchAll(/`(\w+)\.ts: ([\w, ]+)`/g)];
    assertGreater(places.length, 20);
    for (const [place, file, functions] of places) {
      const source = read(`assembly/${file}.ts`);
      for (const name of functions.split(", ")) assert(source.includes(`function ${name}(`), `${place}: no ${name}`);
    }
  });

  it("lists each constant with its value", () => {
    assertEquals(Object.fromEntries(listed().sort()), Object.fromEntries([...constants()].sort()));
  });
});
