/** Which streams have a label of their own: the busiest ones, so that the number of series is bounded. */

/** What is counted of the streams that share a label. */
export interface StreamCounts {
  learned: number;
  assigned: number;
  outliers: number;
}

/** The label of all other streams. No stream has this name: names do not begin with an underscore. */
export const OTHER = "_other";

/**
 * A stream's points are counted under its own label while it has one, under OTHER before and after. No count is ever moved
 * from one label to another, so that none falls or leaps and rates, summed over the labels, are exact.
 */
export class Busiest {
  #named = new Map<string, StreamCounts>();
  #other: StreamCounts = { learned: 0, assigned: 0, outliers: 0 };
  /** Points since the last ranking, by stream. */
  #recent = new Map<string, number>();

  /** At most so many labels, and as many names as `namesMax` remembered between two rankings. */
  constructor(readonly labelsMax = 20, readonly namesMax = 2000) {}

  /** Where points of a stream are counted. */
  of(stream: string, points: number): StreamCounts {
    const known = this.#recent.get(stream);
    if (known !== undefined || this.#recent.size < this.namesMax) this.#recent.set(stream, (known ?? 0) + points);
    let counts = this.#named.get(stream);
    if (!counts && this.#named.size < this.labelsMax) this.#named.set(stream, counts = zero());
    return counts ?? this.#other;
  }

  /** The labels with their counts: those of the streams that were busiest since the last call, and OTHER. */
  rank(): [string, StreamCounts][] {
    const byPoints = [...this.#recent].sort(([, a], [, b]) => b - a);
    // A stream that has a label and is idle keeps it unless a busier one needs it.
    const idle = [...this.#named.keys()].filter((name) => !this.#recent.has(name)).map((name) => [name, 0] as const);
    const kept = [...byPoints, ...idle].slice(0, this.labelsMax).map(([name]) => name);
    for (const name of this.#named.keys()) if (!kept.includes(name)) this.#named.delete(name);
    for (const name of kept) if (!this.#named.has(name)) this.#named.set(name, zero());
    this.#recent.clear();
    return [...this.#named, [OTHER, this.#other]];
  }
}

function zero(): StreamCounts {
  return { learned: 0, assigned: 0, outliers: 0 };
}
