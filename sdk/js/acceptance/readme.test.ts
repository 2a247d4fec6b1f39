/** The README's examples run, and print what they say. */
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { assertEquals, assertGreater } from "@std/assert";
import { COMMANDS, killLeftovers, withServer } from "../../../tests/sdk/serve.ts";
import { Project, RUNTIMES } from "./project.ts";

const README = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const EXAMPLES = [...README.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1]);

describe("the README of the package", () => {
  let project: Project;
  before(async () => {
    project = await Project.create();
  });
  after(() => {
    project.remove();
    killLeftovers();
  });

  it("has examples", () => assertGreater(EXAMPLES.length, 3));

  EXAMPLES.forEach((example, at) => {
    it(`example ${at + 1} prints what it says`, async () => {
      // Each example begins with a server that has learned nothing.
      await withServer(COMMANDS.deno, async ({ url }) => {
        project.write("example.mjs", example.replaceAll("http://localhost:8000", url));
        const printed = await project.run(...RUNTIMES.deno, "example.mjs");
        assertEquals(printed.split("\n"), [...example.matchAll(/\/\/ prints (.*)/g)].map((match) => match[1]));
      });
    });
  });
});
