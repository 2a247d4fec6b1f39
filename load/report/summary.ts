/** k6's handleSummary: a text to read at once, and, where NCS_OUT names them, files of JSON and HTML. */
import { type ScenarioName, SCENARIOS } from "../scenarios.ts";
import { number } from "./format.ts";
import { page } from "./page.ts";
import { knee, type Step, STEP_TAG, type StepResult, stepResults } from "./steps.ts";
import { type Data, figures, type Spans, type Verdict, verdicts } from "./verdicts.ts";

export { type Step, STEP_TAG };

export interface Scene {
  /** The load in words. */
  sends: string;
  spans: Spans;
  steps?: Step[];
}

/** What a scenario found. */
export interface Report {
  scenario: string;
  shows: string;
  sends: string;
  holds: boolean;
  figures: [name: string, value: string][];
  verdicts: Verdict[];
  /** Milliseconds by statistic: min, med, p(90) and so on. */
  answer_ms: Record<string, number>;
  steps?: StepResult[];
  knee?: StepResult;
}

export function reportOf(name: ScenarioName, { sends, spans, steps }: Scene, data: Data): Report {
  const found = verdicts(data, spans), results = steps && stepResults(data, steps);
  return {
    scenario: name,
    shows: SCENARIOS[name].shows,
    sends,
    holds: found.every(({ holds }) => holds),
    figures: figures(data, spans),
    verdicts: found,
    answer_ms: data.metrics.answer_ms?.values ?? {},
    steps: results,
    // The last step is the first one again, to see whether the server recovers.
    knee: results && knee(results.slice(0, -1)),
  };
}

export function text({ scenario, sends, figures, verdicts, steps, knee }: Report): string {
  const width = Math.max(...verdicts.map(({ name }) => name.length));
  const rate = ({ offered_points_per_second, learned_points_per_second, p95_ms }: StepResult) =>
    `  offered ${number(offered_points_per_second).padStart(9)} points/s, learned ` +
    `${number(learned_points_per_second).padStart(9)}, p95 ${number(p95_ms)} ms`;
  return [
    `${scenario}: ${sends}`,
    `  ${figures.map(([name, value]) => `${name} ${value}`).join(" · ")}`,
    ...(steps ?? []).map(rate),
    ...(steps
      ? [`  knee: ${knee ? `${number(knee.learned_points_per_second)} points/s` : "below the first step"}`]
      : []),
    ...verdicts.map(({ name, bound, measured, holds }) =>
      `  ${holds ? "holds " : "BROKEN"}  ${name.padEnd(width)}  ${measured}, ${bound}`
    ),
    "",
  ].join("\n");
}

/**
 * A handleSummary. NCS_OUT is a path without an ending; NCS_PLOT the name of a picture that will lie beside the page. The
 * text goes to standard error, for the samples may go to standard output.
 */
export function summarize(name: ScenarioName, scene: Scene): (data: Data) => Record<string, string> {
  const { NCS_OUT, NCS_PLOT } = (globalThis as { __ENV?: Record<string, string | undefined> }).__ENV ?? {};
  return (data) => {
    const report = reportOf(name, scene, data);
    const files = NCS_OUT && {
      [`${NCS_OUT}.json`]: `${JSON.stringify({ ...report, k6: data }, null, 2)}\n`,
      [`${NCS_OUT}.html`]: page(report, NCS_PLOT),
    };
    return { stderr: text(report), ...(files || {}) };
  };
}
