/** A bounded window of samples: how long the latest batches took, and of how many points they were. */

/** Batches that a window keeps. */
const SAMPLES_MAX = 1024;

export class SampleWindow {
  #times_ms = new Float64Array(SAMPLES_MAX);
  #points = new Float64Array(SAMPLES_MAX);
  #count = 0;

  add(time_ms: number, points: number): void {
    const at = this.#count % SAMPLES_MAX;
    this.#times_ms[at] = time_ms;
    this.#points[at] = points;
    this.#count++;
  }

  /** Time of the latest batch in milliseconds, 0 before the first. */
  last(): number {
    return this.#count === 0 ? 0 : this.#times_ms[(this.#count - 1) % SAMPLES_MAX];
  }

  /** Points over the time spent on them, per second; 0 before the first. */
  throughput(): number {
    const time_ms = sum(this.#times_ms);
    return time_ms === 0 ? 0 : sum(this.#points) / (time_ms / 1000);
  }

  /** The times in milliseconds that the given shares of batches do not exceed (nearest rank), 0 before the first. */
  quantiles(shares: number[]): number[] {
    const sorted = this.#times_ms.slice(0, Math.min(this.#count, SAMPLES_MAX)).sort();
    return shares.map((share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
