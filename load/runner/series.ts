/** k6's samples, as lines of CSV, over time. */

/** Time in seconds since the first sample; times in milliseconds, null where nothing was answered. */
export interface Moment {
  time_seconds: number;
  points_per_second: number;
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
  /** Share of requests. */
  error_rate: number;
}

export interface Series {
  moments: Moment[];
  /** Memory of the server's process, where the scenario watched it. */
  memory: { time_seconds: number; process_mb: number }[];
}

const METRICS = ["points", "answer_ms", "errors", "process_mb"] as const;
type Metric = typeof METRICS[number];
type Sample = [time_ms: number, value: number];

const MOMENTS_MAX = 120, MOMENT_MIN_MS = 500;

/** Collects lines as they come, since k6 writes many, and tells their series. */
export class Samples {
  readonly #of: Record<Metric, Sample[]> = { points: [], answer_ms: [], errors: [], process_mb: [] };
  #scenarioColumn: number | undefined;

  /** Takes a line; the first one names the columns, its time is in milliseconds. */
  add(line: string): void {
    const columns = line.split(",");
    if (this.#scenarioColumn === undefined) {
      this.#scenarioColumn = columns.indexOf("scenario");
      if (columns[0] !== "metric_name" || this.#scenarioColumn < 0) throw new Error(`not samples of k6: ${line}`);
      return;
    }
    const metric = columns[0] as Metric;
    // What is told before and after the scenarios belongs to none of them.
    if (!METRICS.includes(metric) || !columns[this.#scenarioColumn]) return;
    this.#of[metric].push([Number(columns[1]), Number(columns[2])]);
  }

  /** Equal spans of time, so that none at the edges is half full. */
  series(): Series {
    const { points, answer_ms, errors, process_mb } = this.#of;
    const times = [...points, ...answer_ms, ...errors].map(([time]) => time);
    if (times.length === 0) return { moments: [], memory: [] };
    const first = least(times), span_ms = Math.max(-least(times.map((time) => -time)) - first, 1);
    const count = Math.min(MOMENTS_MAX, Math.max(1, Math.floor(span_ms / MOMENT_MIN_MS))), width_ms = span_ms / count;
    const split = (samples: Sample[]) => {
      const parts = Array.from({ length: count }, (): number[] => []);
      for (const [time, value] of samples) {
        parts[Math.min(count - 1, Math.floor((time - first) / width_ms))].push(value);
      }
      return parts;
    };
    const [learned, waited, failed] = [points, answer_ms, errors].map(split);
    return {
      moments: learned.map((values, i) => {
        const sorted = waited[i].sort((a, b) => a - b);
        return {
          time_seconds: (i + 0.5) * width_ms / 1000,
          points_per_second: sum(values) / width_ms * 1000,
          p50_ms: quantile(sorted, 0.5),
          p95_ms: quantile(sorted, 0.95),
          p99_ms: quantile(sorted, 0.99),
          error_rate: failed[i].length === 0 ? 0 : sum(failed[i]) / failed[i].length,
        };
      }),
      memory: process_mb.map(([time, value]) => ({ time_seconds: (time - first) / 1000, process_mb: value })),
    };
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
/** Math.min takes no list as long as these. */
const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b));

function quantile(sorted: readonly number[], share: number): number | null {
  return sorted.length === 0 ? null : sorted[Math.ceil(share * sorted.length) - 1];
}
