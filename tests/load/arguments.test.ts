/** The command line of `deno task load`. */
import { describe, it } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { readArguments } from "../../load/runner/arguments.ts";
import { UsageError } from "../../src/cli/errors.ts";
import { SCENARIOS } from "../../load/scenarios.ts";

describe("the arguments of load", () => {
  it("ask for one scenario, or for all", () => {
    const { scenarios, seconds, url, isPlotted } = readArguments(["steady", "--duration", "5m", "--plot"])!;
    assertEquals({ scenarios, seconds, url, isPlotted }, {
      scenarios: ["steady"],
      seconds: 300,
      url: undefined,
      isPlotted: true,
    });
    assertEquals(readArguments(["--all"])!.scenarios as string[], Object.keys(SCENARIOS));
    assertEquals(readArguments(["--help"]), undefined);
  });

  const wrong: [args: string[], says: string][] = [
    [[], "give one of smoke"],
    [["steady", "spike"], "give one of smoke"],
    [["toString"], "not toString"],
    [["--all", "steady"], "takes no name"],
    [["steady", "--duration", "0s"], "--duration 0s"],
    [["steady", "--duration", "1.5h"], "--duration 1.5h"],
    [["steady", "--url", "localhost:8000"], "--url localhost:8000"],
    [["steady", "--judge", "speed"], "--judge must be one of all, correctness"],
    [["steady", "--runtime", "node"], "--runtime must be one of deno, bun"],
    [["steady", "--plots"], "--plots"],
  ];
  for (const [args, says] of wrong) {
    it(`are refused, by name, where they are ${JSON.stringify(args)}`, () => {
      assertThrows(() => readArguments(args), UsageError, says);
    });
  }
});
