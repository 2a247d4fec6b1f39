/** From k6's samples to a picture over time. */
import { describe, it } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { ticks } from "../../load/report/chart.ts";
import { plot } from "../../load/runner/plot.ts";
import { Samples } from "../../load/runner/series.ts";

const HEAD = "metric_name,timestamp,metric_value,check,error,group,scenario,status,extra_tags,metadata";
const line = (metric: string, time_ms: number, value: number, scenario = "steady") =>
  `${metric},${time_ms},${value},,,,${scenario},,,`;

function read(lines: string[]) {
  const samples = new Samples();
  [HEAD, ...lines].forEach((line) => samples.add(line));
  return samples.series();
}

/** A request of 20 points every 10 ms, two seconds long; the second half takes ten times as long and fails. */
const REQUESTS = Array.from({ length: 201 }, (_, i) => {
  const time_ms = 1_000_000 + 10 * i, isLate = i >= 100;
  return [
    line("answer_ms", time_ms, isLate ? 20 : 2),
    line("errors", time_ms, isLate ? 1 : 0),
    ...(isLate ? [] : [line("points", time_ms, 20)]),
    line("http_req_duration", time_ms, 999),
  ];
}).flat();

describe("the series of k6's samples", () => {
  it("tells throughput, percentiles and errors of equal spans of time", () => {
    const { moments } = read(REQUESTS);
    assertEquals(moments.map(({ time_seconds }) => time_seconds), [0.25, 0.75, 1.25, 1.75]);
    assertEquals(moments.map((moment) => moment.points_per_second), [2000, 2000, 0, 0]);
    assertEquals(moments.map((moment) => moment.p95_ms), [2, 2, 20, 20]);
    assertEquals(moments.map((moment) => moment.error_rate), [0, 0, 1, 1]);
  });

  it("takes percentiles by rank", () => {
    const { moments } = read(Array.from({ length: 100 }, (_, i) => line("answer_ms", 5, 100 - i)));
    const { p50_ms, p95_ms, p99_ms } = moments[0];
    assertEquals([p50_ms, p95_ms, p99_ms], [50, 95, 99]);
  });

  it("does not know what was told before and after the scenario", () => {
    const around = [line("points", 0, 0, ""), line("process_mb", 9_000_000, 100, "")];
    assertEquals(read([around[0], ...REQUESTS, around[1]]), read(REQUESTS));
  });

  it("refuses lines that are no samples", () => {
    assertThrows(() => new Samples().add("k6 says hello"), Error, "not samples of k6: k6 says hello");
  });

  it("is drawn with a panel for each measure, and one of memory where it was watched", () => {
    const titles = (svg: string) => [...svg.matchAll(/class="title"[^>]*>([^<,]+)/g)].map((match) => match[1]);
    const three = ["throughput", "time to answer", "errors"];
    assertEquals(titles(plot("load", read(REQUESTS))), three);
    const memory = [line("process_mb", 1_000_000, 100), line("process_mb", 1_001_000, 110)];
    assertEquals(titles(plot("load", read([...REQUESTS, ...memory]))), [...three, "memory of the process"]);
  });

  it("is drawn without a number that is none, even where nothing was measured", () => {
    for (const series of [read([]), read(REQUESTS), read([line("points", 5, 20)])]) {
      const svg = plot('<a "title"> & more', series);
      assert(!/NaN|Infinity|undefined/.test(svg), svg);
      assert(svg.includes("<title>&#60;a &#34;title&#34;&#62; &#38; more</title>"));
    }
  });

  it("has an axis of round numbers that holds its values", () => {
    assertEquals(ticks(7000, 4), [0, 2000, 4000, 6000, 8000]);
    assertEquals(ticks(0.01, 4), [0, 0.005, 0.01]);
    assertEquals(ticks(0, 4).at(0), 0);
  });
});
