/** Dashboards as data: a board has rows of panels, a panel queries, thresholds and a unit. */

export interface Query {
  expr: string;
  /** Of each series, with its labels in braces twice. */
  legend: string;
}

/** From `value` on the panel shows `color`. */
export interface Step {
  value: number;
  color: "green" | "yellow" | "orange" | "red";
}

export interface Panel {
  kind: "graph" | "number";
  title: string;
  /** What is shown, and what it means if it is otherwise. */
  description: string;
  /** Of Grafana's units. */
  unit: string;
  queries: Query[];
  /** In ascending order; below the first the panel is `base`. */
  steps: Step[];
  base: Step["color"];
  isStacked: boolean;
  /** The axis begins and ends here; undefined: by the data. */
  min?: number;
  max?: number;
}

export interface Row {
  title: string;
  panels: Panel[];
}

export interface Board {
  uid: string;
  title: string;
  description: string;
  /** Whether $stream chooses streams; $instance chooses replicas on every board. */
  hasStreams: boolean;
  rows: Row[];
}

type Look = Partial<Pick<Panel, "steps" | "base" | "isStacked" | "min" | "max">>;

function panel(kind: Panel["kind"]) {
  return (
    title: string,
    unit: string,
    description: string,
    queries: Record<string, string>,
    look: Look = {},
  ): Panel => ({
    kind,
    title,
    description,
    unit,
    queries: Object.entries(queries).map(([legend, expr]) => ({ legend, expr })),
    steps: [],
    base: "green",
    isStacked: false,
    min: 0,
    ...look,
  });
}

/** Lines over time; `queries` are by legend. */
export const graph = panel("graph");

/** The latest value, large. */
export const number = panel("number");

/** Green, then yellow and red from these values on. */
export function warn(yellow: number, red: number): Look {
  return { steps: [{ value: yellow, color: "yellow" }, { value: red, color: "red" }] };
}

/** Red, then green from this value on. */
export function atLeast(value: number): Look {
  return { base: "red", steps: [{ value, color: "green" }] };
}

/** Selects the replicas chosen, and what else is said: `ncs_x${by('status="200"')}`. */
export function by(...matchers: string[]): string {
  return `{${['job="ncs"', 'instance=~"$instance"', ...matchers].join(",")}}`;
}

/** Selects the streams chosen as well. */
export function byStream(...matchers: string[]): string {
  return by('stream=~"$stream"', ...matchers);
}

/** A second's share of a counter: `rate("ncs_x_total", by())`. */
export function rate(counter: string, selector: string): string {
  return `rate(${counter}${selector}[$__rate_interval])`;
}

/** A quantile of a histogram, by the labels given. */
export function quantile(q: number, histogram: string, selector: string, ...labels: string[]): string {
  return `histogram_quantile(${q}, sum by (${["le", ...labels].join(", ")}) (${
    rate(`${histogram}_bucket`, selector)
  }))`;
}

/** A quantile a legend: p50, p95 and p99. */
export function quantiles(histogram: string, selector: string): Record<string, string> {
  return Object.fromEntries([0.5, 0.95, 0.99].map((q) => [`p${q * 100}`, quantile(q, histogram, selector)]));
}
