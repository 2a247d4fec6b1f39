/** One scenario: k6 as a process, and what it leaves. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type ScenarioName, SCENARIOS } from "../scenarios.ts";
import type { Request } from "./arguments.ts";
import { plot, writePlot } from "./plot.ts";
import { Samples } from "./series.ts";

const SCRIPTS = fileURLToPath(new URL("../k6/", import.meta.url));
/** k6's exit status where a threshold is crossed. */
const CROSSED = 99;
/** What k6 says that the report says better, or that is meant: beyond the knee it has nobody left to send. */
const KNOWN = /msg="(?:thresholds on metrics|Insufficient VUs)/;

/** Runs it to its end; answers whether all its bounds hold. Throws where k6 could not run it. */
export async function runScenario(
  k6: string,
  name: ScenarioName,
  url: string,
  request: Request,
  stop: AbortSignal,
): Promise<boolean> {
  mkdirSync(request.out, { recursive: true });
  const path = join(request.out, name), { isPlotted } = request;
  const inAll = request.scenarios.length > 1, { seconds, short_seconds } = SCENARIOS[name];
  const environment: Record<string, string> = {
    NCS_URL: url,
    NCS_SECONDS: String(request.seconds ?? (inAll ? short_seconds : seconds)),
    NCS_JUDGE: request.isSpeedIgnored ? "correctness" : "all",
    NCS_OUT: path,
    K6_NO_USAGE_REPORT: "true",
    K6_CSV_TIME_FORMAT: "unix_milli",
    // The collector of k6 would take of the server's cores what the memory of some hundred megabytes saves it.
    GOGC: process.env.GOGC ?? "400",
    ...(isPlotted && { NCS_PLOT: `${name}.svg` }),
  };
  // The samples go through a pipe: those of a long run would fill the disk.
  const samples = new Samples(), out = isPlotted ? ["--out", "csv=-"] : [];
  const status = await finish(k6, ["run", "--quiet", ...out, join(SCRIPTS, `${name}.ts`)], environment, samples, stop);
  stop.throwIfAborted();
  if (status !== 0 && status !== CROSSED) throw new Error(`k6 ended ${name} with ${status}`);
  const plots = isPlotted ? await writePlot(path, plot(`${name}: ${SCENARIOS[name].shows}`, samples.series())) : [];
  console.log(`  ${[`${path}.html`, `${path}.json`, ...plots].join(" ")}\n`);
  return status === 0;
}

/** Resolves with k6's exit status. Told to stop, k6 ends in order; it has a group of its own, so that it is told but once. */
function finish(
  k6: string,
  args: string[],
  environment: Record<string, string>,
  samples: Samples,
  stop: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(k6, args, {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const end = () => child.kill("SIGINT");
    stop.addEventListener("abort", end);
    createInterface(child.stdout!).on("line", (line) => samples.add(line));
    createInterface(child.stderr!).on("line", (line) => KNOWN.test(line) || console.log(line));
    child.on("error", reject);
    child.on("close", (code) => {
      stop.removeEventListener("abort", end);
      resolve(code ?? 1);
    });
  });
}
