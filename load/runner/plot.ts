/** A scenario over time as a picture. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { chart, type Line, type Panel } from "../report/chart.ts";
import { number, percent } from "../report/format.ts";
import type { Moment, Series } from "./series.ts";

/** Throughput, percentiles of times and errors; memory where it was watched. */
export function plot(title: string, { moments, memory }: Series): string {
  const line = (name: string, tone: Line["tone"], y: (moment: Moment) => number | null): Line => ({
    name,
    tone,
    points: moments.flatMap((moment) => {
      const value = y(moment);
      return value === null ? [] : [[moment.time_seconds, value] as [number, number]];
    }),
  });
  const panels: Panel[] = [
    { title: "throughput, points/s", lines: [line("learned", 2, (moment) => moment.points_per_second)] },
    {
      title: "time to answer, ms",
      lines: [
        line("p50", 1, (moment) => moment.p50_ms),
        line("p95", 2, (moment) => moment.p95_ms),
        line("p99", 3, (moment) => moment.p99_ms),
      ],
    },
    // An axis that ends at a hundredth, at least, so that nothing is not drawn as much.
    { title: "errors", show: percent, top: 0.01, lines: [line("share", "bad", (moment) => moment.error_rate)] },
  ];
  // Without points, there is no throughput to show.
  if (moments.every((moment) => moment.points_per_second === 0)) panels.shift();
  if (memory.length > 1) {
    const points = memory.map(({ time_seconds, process_mb }): [number, number] => [time_seconds, process_mb]);
    panels.push({ title: "memory of the process, MB", lines: [{ name: "resident", tone: 2, points }] });
  }
  return chart(title, panels, { unit: "seconds", show: number });
}

const FIND = "command -v chromium || command -v chromium-browser || command -v google-chrome";

/** Writes the picture, and beside it a PNG where there is Chromium; answers the paths written. */
export async function writePlot(path: string, svg: string): Promise<string[]> {
  await writeFile(`${path}.svg`, svg);
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!;
  const run = promisify(execFile);
  try {
    const chromium = (await run("sh", ["-c", FIND])).stdout.trim();
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=2"];
    const picture = [`--window-size=${width},${height}`, `--screenshot=${path}.png`];
    await run(chromium, [...flags, ...picture, pathToFileURL(`${path}.svg`).href], { timeout: 30_000 });
    return [`${path}.svg`, `${path}.png`];
  } catch {
    return [`${path}.svg`];
  }
}
