/** One measure over time. */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { useIsDark } from "../preferences.ts";

interface ChartProps {
  title: string;
  /** The latest value, in words. */
  latest: string;
  /** Seconds since 1970. */
  time: number[];
  values: (number | null)[];
  say(value: number): string;
}

const HEIGHT = 96;
const INK = { light: ["#0e6e8c", "#5a6773", "#d9e0e6"], dark: ["#5fb3ce", "#9aa8b5", "#2a3641"] };

export function Chart({ title, latest, time, values, say }: ChartProps) {
  const box = useRef<HTMLDivElement>(null), plot = useRef<uPlot | undefined>(undefined);
  const isDark = useIsDark();
  useEffect(() => {
    const element = box.current!;
    plot.current = new uPlot(options(element.clientWidth, isDark, say), [time, values], element);
    const watch = new ResizeObserver(() => plot.current!.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.current!.destroy();
    };
  }, [isDark]);
  useEffect(() => plot.current?.setData([time, values]), [time]);
  return (
    <figure class="chart">
      <figcaption>
        <span>{title}</span>
        <strong>{latest}</strong>
      </figcaption>
      <div ref={box} aria-hidden="true" />
    </figure>
  );
}

function options(width: number, isDark: boolean, say: (value: number) => string): uPlot.Options {
  const [line, text, grid] = isDark ? INK.dark : INK.light;
  const axis = {
    stroke: text,
    font: "11px system-ui, sans-serif",
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 26, 0, 0],
    scales: {
      x: { range: spanOf },
      y: { range: (_, low, high) => [Math.min(0, low ?? 0), (high ?? 0) > 0 ? high * 1.15 : 1] },
    },
    axes: [
      { ...axis, size: 22, space: 90, values: (_, ticks) => ticks.map(timeOf) },
      { ...axis, size: 46, space: 30, values: (_, ticks) => ticks.map(say) },
    ],
    series: [{}, { stroke: line, width: 1.75, fill: `${line}1c`, points: { show: false } }],
  };
}

/** The time shown: ten seconds at least, which end now where there is nothing yet. Of one measure uPlot would show a day. */
function spanOf({ data: [time] }: uPlot): uPlot.Range.MinMax {
  const end = time.at(-1) ?? Date.now() / 1000;
  return [Math.min(time[0] ?? end, end - 10), end];
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString("en", { hour12: false });
}
