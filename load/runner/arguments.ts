/** The command line of `deno task load`. */
import { UsageError } from "../../src/cli/errors.ts";
import { httpUrl, oneOf, parse } from "../../src/cli/parse.ts";
import { type ScenarioName, SCENARIOS } from "../scenarios.ts";

export interface Request {
  scenarios: ScenarioName[];
  /** Server to load; undefined: one of its own. */
  url: string | undefined;
  runtime: "deno" | "bun";
  /** Of each scenario; undefined: its own. */
  seconds: number | undefined;
  isPlotted: boolean;
  /** Only what must hold on any machine is judged; how fast it was is printed. */
  isSpeedIgnored: boolean;
  out: string;
}

const list = Object.entries(SCENARIOS).map(([name, { shows, seconds, short_seconds }]) =>
  `  ${name.padEnd(10)} ${String(seconds).padStart(5)} s ${String(short_seconds).padStart(4)} s  ${shows}`
);

export const HELP = `Puts a server under load with k6, and says whether it keeps what is promised.

  deno task load NAME [--url URL] [--duration 30s] [--plot] [--judge all|correctness] [--runtime deno|bun] [--out FOLDER]
  deno task load:all  the same for each of them, shorter

  name         alone  in all
${list.join("\n")}

  --url URL       a server that runs; without it, one is started on a free port, and stopped
  --duration N    how long: 90, 90s, 5m, 2h
  --plot          draws throughput, times and errors over time, as SVG, and as PNG where there is Chromium
  --judge WHAT    correctness: exit status 0 however slow it was (all)
  --runtime NAME  of the server that is started (deno)
  --out FOLDER    for NAME.json, NAME.html and plots (build/load)

Of a server by --url: NCS_API_KEY (write), ADMIN_USERNAME and ADMIN_PASSWORD. Exit status 1 where a bound is broken.`;

const OPTIONS = {
  all: { type: "boolean", default: false },
  url: { type: "string" },
  duration: { type: "string" },
  plot: { type: "boolean", default: false },
  judge: { type: "string", default: "all" },
  runtime: { type: "string", default: "deno" },
  out: { type: "string", default: "build/load" },
  help: { type: "boolean", default: false },
} as const;

/** What is asked for; undefined where it is help. Throws UsageError. */
export function readArguments(args: string[]): Request | undefined {
  const { values, positionals } = parse(args, OPTIONS);
  if (values.help) return undefined;
  if (values.all && positionals.length > 0) throw new UsageError(`load:all takes no name, not ${positionals[0]}`);
  if (!values.all && positionals.length !== 1) throw new UsageError(`give one of ${Object.keys(SCENARIOS).join(", ")}`);
  return {
    scenarios: values.all
      ? Object.keys(SCENARIOS) as ScenarioName[]
      : [oneOf("the scenario", positionals[0], Object.keys(SCENARIOS) as ScenarioName[])],
    url: values.url === undefined ? undefined : httpUrl("--url", values.url),
    runtime: oneOf("--runtime", values.runtime, ["deno", "bun"]),
    seconds: values.duration === undefined ? undefined : secondsOf(values.duration),
    isPlotted: values.plot,
    isSpeedIgnored: oneOf("--judge", values.judge, ["all", "correctness"]) === "correctness",
    out: values.out,
  };
}

function secondsOf(duration: string): number {
  const [, amount, unit] = /^(\d{1,6})([smh]?)$/.exec(duration) ?? [];
  const seconds = Number(amount) * ({ m: 60, h: 3600 }[unit] ?? 1);
  if (seconds >= 1) return seconds;
  throw new UsageError(`--duration ${duration}: give whole seconds, minutes or hours, as 90s, 5m or 2h`);
}
