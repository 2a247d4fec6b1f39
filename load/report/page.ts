/** A report as a page of its own: no script, nothing loaded but the plot beside it. */
import { chart } from "./chart.ts";
import { escape, number, percent, short } from "./format.ts";
import { STYLE } from "./style.ts";
import type { Report } from "./summary.ts";

/** `plot`: address of a picture to show. */
export function page(report: Report, plot?: string): string {
  const { scenario, shows, sends, holds, figures } = report;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(scenario)}: ${holds ? "holds" : "broken"}</title>
<style>${STYLE}</style>
<main>
<header>
  <p class="eyebrow">NeuroCluster Streamer under load</p>
  <h1>${escape(scenario)} <span class="${holds ? "good" : "bad"}">${holds ? "holds" : "broken"}</span></h1>
  <p class="lead">${escape(shows)}</p>
  <p class="faint">${escape(sends)}</p>
</header>
<ul class="figures">${
    figures.map(([name, value]) => `<li><span>${escape(name)}</span><b>${figure(value)}</b></li>`).join("")
  }</ul>
${section("Bounds", bounds(report))}
${plot ? section("Over time", `<img src="${escape(plot)}" alt="Throughput, times and errors over time">`) : ""}
${report.steps ? section("Rising rates", rising(report)) : ""}
${section("Time to answer", times(report.answer_ms))}
</main>
</html>
`;
}

const section = (title: string, body: string) => `<section><h2>${title}</h2>${body}</section>`;

/** The number large, its unit small. */
function figure(value: string): string {
  const [, amount, unit] = /^(\S+) ?(.*)$/.exec(value)!;
  return `${escape(amount)} <small>${escape(unit)}</small>`;
}

function table(heads: string[], rows: string[]): string {
  const row = heads.map((head) => `<th scope="col">${escape(head)}</th>`).join("");
  return `<div class="wide"><table><thead><tr>${row}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function bounds({ verdicts }: Report): string {
  const rows = verdicts.map(({ name, measured, bound, holds }) =>
    `<tr><td>${escape(name)}</td><td class="number">${escape(measured)}</td><td class="number">${escape(bound)}</td>` +
    `<td><span class="${holds ? "good" : "bad"}">${holds ? "holds" : "broken"}</span></td></tr>`
  );
  return table(["what", "measured", "asked", ""], rows);
}

/** Bars on a logarithmic scale: a slow tail is ten times its middle, or a hundred. */
function times(answer_ms: Report["answer_ms"]): string {
  const named = Object.entries(answer_ms).sort(([, a], [, b]) => a - b).map(([name, value]) => {
    const title = name === "med" ? "p50" : name.replace(/[()]/g, "");
    return [title, value] as const;
  });
  const logs = named.map(([, value]) => Math.log10(Math.max(value, 0.01))), low = Math.min(...logs) - 0.5;
  const span = Math.max(...logs) - low || 1;
  const bars = named.map(([name, value], i) =>
    `<li><span>${escape(name)}</span><i style="width:${((logs[i] - low) / span * 100).toFixed(1)}%"></i>` +
    `<b>${number(value)} ms</b></li>`
  );
  return `<ul class="bars">${bars.join("")}</ul><p class="faint">Logarithmic scale.</p>`;
}

function rising({ steps = [], knee }: Report): string {
  const rows = steps.map((step) =>
    `<tr${step.id === knee?.id ? ' class="knee"' : ""}><td class="number">${
      number(step.offered_points_per_second)
    }</td>` +
    `<td class="number">${number(step.learned_points_per_second)}</td><td class="number">${
      number(step.p95_ms)
    } ms</td>` +
    `<td class="number">${percent(step.error_rate)}</td><td>${remark(step.id, knee?.id)}</td></tr>`
  );
  const rates = steps.filter(({ id }) => id !== "after");
  const at = (y: (step: typeof rates[number]) => number) =>
    rates.map((step): [number, number] => [step.offered_points_per_second, y(step)]);
  const drawn = chart("What was learned of what was offered, and how long it took", [
    {
      title: "learned, points/s",
      lines: [
        { name: "offered", tone: "bound", points: at((step) => step.offered_points_per_second) },
        { name: "learned", tone: 2, points: at((step) => step.learned_points_per_second) },
      ],
    },
    { title: "time to answer, ms", lines: [{ name: "p95", tone: 3, points: at((step) => step.p95_ms) }] },
  ], { unit: "offered, points/s", show: short });
  return drawn + table(["offered, points/s", "learned, points/s", "p95", "errors", ""], rows);
}

function remark(id: string, knee: string | undefined): string {
  if (id === knee) return '<span class="good">knee</span>';
  return id === "after" ? '<span class="faint">after it</span>' : "";
}
