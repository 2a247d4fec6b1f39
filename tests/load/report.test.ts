/** What k6 found, as verdicts, knee, text and page. */
import { describe, it } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { number, short } from "../../load/report/format.ts";
import { page } from "../../load/report/page.ts";
import { knee, type StepResult } from "../../load/report/steps.ts";
import { reportOf, text } from "../../load/report/summary.ts";

const DATA = {
  metrics: {
    checks: { type: "rate", values: { rate: 0, passes: 0, fails: 0 }, thresholds: { "rate==1": { ok: true } } },
    answer_ms: {
      type: "trend",
      values: { min: 0.4, med: 1.25, "p(95)": 12.5, "p(99)": 40, max: 100 },
      thresholds: { "p(95)<10": { ok: false } },
    },
    points: { type: "counter", values: { count: 70_000, rate: 1 }, thresholds: { "count>=63000": { ok: true } } },
    "points{phase:burst}": { type: "counter", values: { count: 5000 }, thresholds: { "count>=4000": { ok: true } } },
    errors: {
      type: "rate",
      values: { rate: 0.0005, passes: 1, fails: 1999 },
      thresholds: { "rate<0.001": { ok: true } },
    },
    kernel_mb: { type: "gauge", values: { value: 0.126 }, thresholds: { "value<50": { ok: true } } },
    "points{step:20}": { type: "counter", values: { count: 1 }, thresholds: { "count>=0": { ok: true } } },
  },
};
const SCENE = { sends: "<much>", spans: { "": 10, "phase:burst": 2 } };

function step(offered: number, learned: number, p95_ms: number, error_rate = 0): StepResult {
  return {
    id: String(offered),
    offered_points_per_second: offered,
    learned_points_per_second: learned,
    p95_ms,
    error_rate,
  };
}

describe("a report", () => {
  it("says of each bound what was asked and measured, with units, and leaves out what binds nothing", () => {
    const report = reportOf("steady", SCENE, DATA);
    assertEquals(report.verdicts.map((verdict) => Object.values(verdict)), [
      ["throughput", "at least 6,300 points/s", "7,000 points/s", true],
      ["throughput (burst)", "at least 2,000 points/s", "2,500 points/s", true],
      ["time to answer, p95", "below 10 ms", "12.5 ms", false],
      ["errors", "below 0.1 %", "0.05 %", true],
      ["state of the algorithm", "below 50 MB", "0.126 MB", true],
    ]);
    assert(!report.holds);
    assert(text(report).includes("BROKEN  time to answer, p95"), text(report));
  });

  it("holds where all bounds hold", () => {
    const { answer_ms: _, ...rest } = DATA.metrics;
    assert(reportOf("steady", SCENE, { metrics: rest }).holds);
  });

  it("is a page of its own that shows every bound and takes no text for markup", () => {
    const report = reportOf("steady", SCENE, DATA), html = page(report, "steady.svg");
    for (const { name, measured } of report.verdicts) assert(html.includes(name) && html.includes(measured), name);
    assertEquals(html.match(/class="bad">broken/g)?.length, 2);
    assert(html.includes("&#60;much&#62;") && !html.includes("<much>"));
    assert(html.includes('<img src="steady.svg"') && !page(report).includes("<img"));
    assert(!/<script|https?:\/\/(?!www\.w3\.org)|NaN|undefined/.test(html));
  });

  it("shows the rates that rose, and marks the knee", () => {
    const steps = [20, 40, 80, 20].map((requests_per_second, i) => (
      { id: i === 3 ? "after" : String(requests_per_second), requests_per_second, points: 1000, seconds: 10 }
    ));
    const taken = [200_000, 400_000, 500_000, 200_000];
    const metrics = Object.fromEntries(steps.flatMap(({ id }, i) => [
      [`points{step:${id}}`, { type: "counter", values: { count: taken[i] } }],
      [`answer_ms{step:${id}}`, { type: "trend", values: { "p(95)": 5 } }],
    ]));
    const report = reportOf("stress", { ...SCENE, steps }, { metrics });
    assertEquals(report.knee?.learned_points_per_second, 40_000);
    assert(text(report).includes("knee: 40,000 points/s"));
    assertEquals(page(report).match(/<tr class="knee">/g)?.length, 1);
  });

  it("has the knee at the last rate, from the first on, that is kept up with", () => {
    const good = step(1000, 1000, 3), better = step(2000, 1950, 5), late = step(4000, 4000, 80);
    assertEquals(knee([good, better, step(4000, 3000, 5), step(8000, 8000, 3)]), better);
    assertEquals(knee([good, better, late]), better);
    assertEquals(knee([good, step(2000, 2000, 3, 0.01)]), good);
    assertEquals(knee([late]), undefined);
    assertEquals(knee([good, better]), better);
  });

  it("writes numbers as people read them", () => {
    assertEquals([0, 0.1264, 6543.21, 1234567, 0.05].map(number), ["0", "0.126", "6,543", "1,234,567", "0.05"]);
    assertEquals([950, 8000, 45_000, 1_500_000].map(short), ["950", "8,000", "45 k", "1.5 M"]);
  });
});
