/** What k6 measured, and each threshold as a sentence: what was asked, what was measured, and whether it holds. */
import { number, percent } from "./format.ts";

/** The part of k6's summary that is read here. */
export interface Data {
  metrics: Record<string, Metric>;
}

export interface Metric {
  type: string;
  values: Record<string, number>;
  thresholds?: Record<string, { ok: boolean }>;
}

export interface Verdict {
  name: string;
  bound: string;
  measured: string;
  holds: boolean;
}

/** Seconds over which points are counted, by the selector of their metric ("phase:burst"); "" for all. */
export type Spans = Record<string, number>;

const NAMES: Record<string, string> = {
  points: "throughput",
  answer_ms: "time to answer",
  errors: "errors",
  checks: "answers as they should be",
  points_uncounted: "points acknowledged, less those counted",
  kernel_mb: "state of the algorithm",
  process_mb: "process",
  process_growth: "growth of the process after the first third",
  passwords_tried: "wrong passwords looked at",
  passwords_refused: "tries refused unseen",
  people_signed_in: "people signed in",
};

const SIGNS: Record<string, string> = {
  "<": "below",
  "<=": "at most",
  ">": "above",
  ">=": "at least",
  "==": "exactly",
};

/**
 * All thresholds, in the order of the names, but those that always hold, which only keep a metric apart, and those on shares of
 * nothing, which k6 does not judge.
 */
export function verdicts({ metrics }: Data, spans: Spans): Verdict[] {
  const order = Object.keys(NAMES), place = (key: string) => order.indexOf(key.replace(/\{.*/, ""));
  return Object.entries(metrics)
    .filter(([, { values }]) => values.passes !== 0 || values.fails !== 0)
    .sort(([a], [b]) => place(a) - place(b))
    .flatMap(([key, { values, thresholds }]) =>
      Object.entries(thresholds ?? {})
        .filter(([bound]) => !/>=0$/.test(bound))
        .map(([bound, { ok }]) => verdict(key, bound, values, ok, spans))
    );
}

function verdict(key: string, bound: string, values: Metric["values"], holds: boolean, spans: Spans): Verdict {
  const [, metric, selector = ""] = /^(\w+)(?:\{(.*)\})?$/.exec(key)!;
  const [, statistic, sign, limit] = /^([^<>=]+)([<>=]+)(.+)$/.exec(bound)!;
  const seconds = metric === "points" && Number(limit) > 0 ? spans[selector] : undefined;
  const show = (value: number) => withUnit(metric, statistic, value, seconds);
  const known = seconds === undefined && metric === "points" ? "points learned" : NAMES[metric] ?? metric;
  const words = [known, statistic.startsWith("p(") && statistic.replace(/[()]/g, "")];
  const name = words.filter(Boolean).join(", ") + (selector && ` (${selector.replace(/^.*:/, "")})`);
  return {
    name,
    bound: `${SIGNS[sign]} ${show(Number(limit))}`,
    // Of a metric that was never fed, k6 knows nothing.
    measured: values[statistic] === undefined ? "nothing" : show(values[statistic]),
    holds,
  };
}

function withUnit(metric: string, statistic: string, value: number, seconds?: number): string {
  if (seconds) return `${number(value / seconds)} points/s`;
  if (statistic === "rate") return percent(value);
  const unit = /_(ms|mb)$/.exec(metric)?.[1];
  return number(value) + (unit ? ` ${unit === "mb" ? "MB" : unit}` : "");
}

/** The measures in short, each with its name; those that were never taken are left out. */
export function figures({ metrics }: Data, spans: Spans): [name: string, value: string][] {
  const value = (metric: string, statistic: string) => metrics[metric]?.values[statistic];
  const found: [string, string | undefined][] = [
    ["throughput", rate(value("points", "count"), spans[""])],
    ...["med", "p(95)", "p(99)"].map((statistic): [string, string | undefined] => [
      statistic === "med" ? "p50" : statistic.replace(/[()]/g, ""),
      shown("answer_ms", statistic, value("answer_ms", statistic)),
    ]),
    ["errors", shown("errors", "rate", value("errors", "rate"))],
    ["state", shown("kernel_mb", "value", value("kernel_mb", "value"))],
    ["process", shown("process_mb", "value", value("process_mb", "value"))],
  ];
  return found.filter((figure): figure is [string, string] => figure[1] !== undefined);
}

function shown(metric: string, statistic: string, value: number | undefined): string | undefined {
  return value === undefined ? undefined : withUnit(metric, statistic, value);
}

function rate(count: number | undefined, seconds: number | undefined): string | undefined {
  return count && seconds ? `${number(count / seconds)} points/s` : undefined;
}
