/**
 * `deno task bench:kernel`: how fast the kernel learns, beside the bare scan of as many centres and beside the same algorithm
 * in plain JavaScript, in one run.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { loadKernel } from "../cli/paths.ts";
import { Engine } from "../engine/mod.ts";
import { createJavaScript } from "./javascript.ts";
import { race } from "./measure.ts";
import { createScan, loadScan, SCAN_POINTS } from "./scan.ts";
import { driftingGaussians } from "./stream.ts";

const HELP = `Points per second of learning, structure steps and all, beside the bare scan of as many
centres (128), and beside the same algorithm in plain JavaScript.

  deno task bench:kernel [--json] [--dims D]... [--rounds N]`;

/** Coordinates that a round learns, and most points: about half a second at each d. */
const COORDINATES = 4_000_000, POINTS_MAX = 500_000;
const BATCH_POINTS = 1000;
/** Points learned before the clock starts: a stream is long, its first minute is not what is measured. */
const WARM_UP_POINTS = 10_000;

/** What one line of the output says. Rates are points per second, in the best of the rounds. */
interface Row {
  bench: "kernel";
  d: number;
  learn_points_per_second: number;
  learn_us_per_point: number;
  scan_points_per_second: number;
  /** Learning over scanning. */
  ratio: number;
  js_points_per_second: number;
  state_bytes: number;
}

/** Learns [from, to) in batches; answers how many points. */
function learn(engine: Engine, stream: Float32Array, from: number, to: number): number {
  const { dims } = engine;
  for (let at = from; at < to; at += BATCH_POINTS) {
    engine.learn(stream.subarray(at * dims, Math.min(to, at + BATCH_POINTS) * dims));
  }
  return to - from;
}

/** Measures one number of dimensions; every round learns the same points from the same warm state. */
function measure(kernel: WebAssembly.Module, scanner: WebAssembly.Module, d: number, rounds: number): Row {
  const points = Math.min(POINTS_MAX, Math.ceil(COORDINATES / d / BATCH_POINTS) * BATCH_POINTS);
  const stream = driftingGaussians(WARM_UP_POINTS + points, d), engine = Engine.create(kernel, d);
  learn(engine, stream, 0, WARM_UP_POINTS);
  const warm = engine.snapshot(), scan = createScan(scanner, stream, d), scans = Math.ceil(points / SCAN_POINTS);
  const rates = race({
    learn: {
      prepare: () => engine.restore(warm),
      run: () => learn(engine, stream, WARM_UP_POINTS, WARM_UP_POINTS + points),
    },
    scan: { run: () => repeat(scan, scans) * SCAN_POINTS },
    javascript: { run: createJavaScript(stream, d) },
  }, rounds);
  return {
    bench: "kernel",
    d,
    learn_points_per_second: Math.round(rates.learn),
    learn_us_per_point: Number((1e6 / rates.learn).toFixed(2)),
    scan_points_per_second: Math.round(rates.scan),
    ratio: Number((rates.learn / rates.scan).toFixed(3)),
    js_points_per_second: Math.round(rates.javascript),
    state_bytes: engine.status().stateBytes,
  };
}

function repeat(action: () => void, times: number): number {
  for (let i = 0; i < times; i++) action();
  return times;
}

const TITLES = ["d", "learn points/s", "us a point", "scan points/s", "ratio", "JS points/s", "state bytes"];

function table(rows: readonly Row[]): string {
  const whole = (value: number) => value.toLocaleString("en");
  const cells = rows.map((row) => [
    String(row.d),
    whole(row.learn_points_per_second),
    row.learn_us_per_point.toFixed(2),
    whole(row.scan_points_per_second),
    row.ratio.toFixed(2),
    whole(row.js_points_per_second),
    whole(row.state_bytes),
  ]);
  return [TITLES, ...cells].map((line) => line.map((cell, i) => cell.padStart(TITLES[i].length)).join("  ")).join("\n");
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      dims: { type: "string", multiple: true, default: ["3", "16", "32", "128"] },
      rounds: { type: "string", default: "7" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const kernel = await loadKernel(), scanner = await loadScan(), rows: Row[] = [];
  for (const d of values.dims.map(Number)) {
    rows.push(measure(kernel, scanner, d, Number(values.rounds)));
    if (values.json) console.log(JSON.stringify(rows.at(-1)));
  }
  if (!values.json) console.log(table(rows));
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
