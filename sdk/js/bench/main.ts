/** `deno task bench:browser`: how fast the package learns in Chromium, beside the same kernel in Deno, in one run. */
import process from "node:process";
import { parseArgs } from "node:util";
import { loadKernel } from "../../../src/cli/paths.ts";
import { type Browser, openBrowser } from "./browser.ts";
import { createRound } from "./learn.ts";

const HELP = `Points per second of learning in headless Chromium and in Deno, rounds in turn, the best of each.

  deno task bench:browser [--json] [--dims D]... [--rounds N]`;

/** What one line of the output says. */
interface Row {
  bench: "browser";
  d: number;
  chromium_points_per_second: number;
  deno_points_per_second: number;
  /** Chromium over Deno. */
  ratio: number;
}

async function measure(browser: Browser, kernel: WebAssembly.Module, d: number, rounds: number): Promise<Row> {
  const round = await createRound(kernel, d);
  let chromium = 0, deno = 0;
  for (let at = 0; at < rounds; at++) {
    chromium = Math.max(chromium, await browser.round(d));
    deno = Math.max(deno, await round());
  }
  return {
    bench: "browser",
    d,
    chromium_points_per_second: Math.round(chromium),
    deno_points_per_second: Math.round(deno),
    ratio: Number((chromium / deno).toFixed(3)),
  };
}

function asText({ d, chromium_points_per_second: chromium, deno_points_per_second: deno, ratio }: Row): string {
  return `d ${d}: Chromium ${chromium.toLocaleString("en")}, Deno ${
    deno.toLocaleString("en")
  } points/s, ratio ${ratio}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      dims: { type: "string", multiple: true, default: ["3", "16", "32"] },
      rounds: { type: "string", default: "5" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const kernel = await loadKernel(), browser = await openBrowser();
  try {
    if (!values.json) console.log(browser.agent);
    for (const d of values.dims.map(Number)) {
      const row = await measure(browser, kernel, d, Number(values.rounds));
      console.log(values.json ? JSON.stringify(row) : asText(row));
    }
  } finally {
    await browser.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
