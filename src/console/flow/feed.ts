/** Sends the points of a source to a stream, of a server or of this page, at a pace. */
import type { StreamVerbs } from "neurocluster";
import type { Source } from "./source.ts";

export interface FeedOptions {
  verbs: Pick<StreamVerbs, "processPoints">;
  source: Source;
  /** Points a second; Infinity: as many as the stream takes. */
  pace: () => number;
  /** Batches a second where the pace sets their size. */
  batches: number;
  /** Points of a batch at most. */
  batchMax: number;
  /** `outliers` where the batch was small enough to ask. */
  onBatch(points: Float32Array, ids: Int32Array, outliers?: boolean[]): void;
  /** The source is at its end, or the stream refused: then with the error. */
  onEnd(error?: unknown): void;
}

/** Points that went by in this many milliseconds make the rate. */
const RATE_MS = 1000;
/** Points of a batch of which all is asked, not the ids alone: more would take longer to say than to learn. */
const ASKED_MAX = 500;

export class Feed {
  readonly #options: FeedOptions;
  #isStopped = false;
  #counts: { time: number; points: number; outliers: number }[] = [];
  #began = performance.now();

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#run();
  }

  /** Points a second, lately. */
  get rate(): number {
    const now = performance.now();
    this.#counts = this.#counts.filter(({ time }) => time > now - RATE_MS);
    const points = this.#counts.reduce((sum, count) => sum + count.points, 0);
    return points / Math.min(RATE_MS, Math.max(200, now - this.#began)) * 1000;
  }

  /** Share of outliers, lately; null where it is not known. */
  get outlierShare(): number | null {
    const total = (of: "points" | "outliers") => this.#counts.reduce((sum, count) => sum + count[of], 0);
    const share = total("outliers") / total("points");
    return Number.isNaN(share) ? null : share;
  }

  /** Sends no more. What is under way is learned, and told of, so that a file that goes on has no gap. */
  stop(): void {
    this.#isStopped = true;
  }

  async #run(): Promise<void> {
    const { source, onEnd } = this.#options;
    try {
      // One is sent while the one before it is learned: the stream never waits for the page.
      let before: Promise<void> = Promise.resolve(), due = performance.now();
      while (!this.#isStopped) {
        const points = source.next(this.#size());
        if (!points) break;
        const sent = this.#send(points);
        sent.catch(() => {});
        await before;
        before = sent;
        due = await this.#wait(due);
      }
      await before;
      if (!this.#isStopped) onEnd();
    } catch (error) {
      if (!this.#isStopped) onEnd(error);
    }
  }

  #size(): number {
    const { pace, batches, batchMax } = this.#options;
    return Math.max(1, Math.min(batchMax, Math.round(pace() / batches)));
  }

  async #send(points: Float32Array): Promise<void> {
    const { ids, outliers } = await this.#learn(points);
    const found = outliers ? outliers.filter((is) => is).length : NaN;
    this.#counts.push({ time: performance.now(), points: ids.length, outliers: found });
    this.#options.onBatch(points, ids, outliers);
  }

  async #learn(points: Float32Array): Promise<{ ids: Int32Array; outliers?: boolean[] }> {
    const { verbs, source: { dims } } = this.#options, n = points.length / dims;
    if (n > ASKED_MAX) return { ids: await verbs.processPoints(points, { dims }) };
    const rows = Array.from({ length: n }, (_, i) => Array.from(points.subarray(i * dims, (i + 1) * dims)));
    const results = await verbs.processPoints(rows);
    return { ids: Int32Array.from(results, (one) => one.cluster_id), outliers: results.map((one) => one.is_outlier) };
  }

  /** Until the next batch is due; what is late is not made up for. */
  async #wait(due: number): Promise<number> {
    const { pace, batches } = this.#options;
    if (pace() === Infinity) return performance.now();
    const next = due + 1000 / batches, left = next - performance.now();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
    return left > -1000 ? next : performance.now();
  }
}
