/** What the README says of the server is so. */
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { VARIABLES } from "../../src/service/mod.ts";
import { createTestApp, jsonPost } from "./app.ts";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

type Result = Record<string, unknown>;

describe("the README", () => {
  it("lists the environment with its defaults", () => {
    const rows = [...README.matchAll(/^\| `([A-Z_]+)` +\| `([^`]+)` +\|/gm)].map((match) => [match[1], match[2]]);
    assertEquals(rows.sort(), VARIABLES.map((variable) => [variable.name, variable.default]).sort());
  });

  it("shows the answer to its first request", async () => {
    const body = /-d '(\{.*\})'/.exec(README)![1];
    const shown: Result[] = JSON.parse(/```json\n([\s\S]*?)```/.exec(README)![1]);
    const results: Result[] = await (await createTestApp().request("/api/v1/process_points", jsonPost(body))).json();
    const cut = (_key: string, value: unknown) => typeof value === "number" ? Number(value.toFixed(3)) : value;
    assertEquals(shown, JSON.parse(JSON.stringify(results, cut)));
    assertEquals(shown.map(Object.keys), results.map(Object.keys));
  });

  it("lists paths that are served, by the methods that it says", async () => {
    const rows = README.split("\n").filter((line) => line.startsWith("|")).join("\n");
    const listed = [...rows.matchAll(/`(GET|POST)? ?(\/(?:api|health|metrics|openapi)[\w/.]*)`/g)];
    const paths = new Map(listed.map(([, method, path]) => [path, method ?? "GET"]));
    assert(paths.size >= 9, `${paths.size} paths`);
    const app = createTestApp();
    for (const [path, method] of paths) {
      const { status } = await app.request(path, { method });
      assert(![404, 405, 500].includes(status), `${method} ${path} is answered by ${status}`);
    }
  });
});
