/**
 * Counts on the way of a request: plain numbers, so that a request costs tens of nanoseconds where a metric of prom-client
 * hashes its labels each time. prom-client's registry writes them out when it is scraped.
 */
import type { MetricValue, Registry } from "prom-client";

export type Labels = Record<string, string>;

/** How samples of one kind are spread: how many fell up to each bound, and their sum. */
export class Distribution {
  #counts: Float64Array;
  sum = 0;
  count = 0;

  /** Bounds ascend. */
  constructor(readonly bounds: readonly number[]) {
    this.#counts = new Float64Array(bounds.length);
  }

  add(value: number): void {
    this.sum += value;
    this.count++;
    // Most samples are small, so that the first bounds decide.
    for (let index = 0; index < this.bounds.length; index++) {
      if (value <= this.bounds[index]) {
        this.#counts[index]++;
        return;
      }
    }
  }

  /** The lines of a histogram of that name. */
  values(name: string, labels: Labels): MetricValue<string>[] {
    let below = 0;
    const buckets = this.bounds.map((le, index) => (
      { metricName: `${name}_bucket`, labels: { le, ...labels }, value: below += this.#counts[index] }
    ));
    return [
      ...buckets,
      { metricName: `${name}_bucket`, labels: { le: "+Inf", ...labels }, value: this.count },
      { metricName: `${name}_sum`, labels, value: this.sum },
      { metricName: `${name}_count`, labels, value: this.count },
    ] as MetricValue<string>[];
  }
}

/** A number with its labels, as it is at the scrape. */
export interface Sample {
  labels?: Labels;
  value: number;
}

type Rows<T> = () => Iterable<T> | Promise<Iterable<T>>;

/** Registers metrics that are read when they are scraped. */
export class Exposition {
  constructor(readonly registry: Registry) {}

  counter(name: string, help: string, rows: Rows<Sample>): void {
    this.#register(name, help, "counter", async () => Array.from(await rows(), asValue));
  }

  gauge(name: string, help: string, rows: Rows<Sample>): void {
    this.#register(name, help, "gauge", async () => Array.from(await rows(), asValue));
  }

  histogram(name: string, help: string, rows: Rows<{ labels?: Labels; spread: Distribution }>): void {
    this.#register(name, help, "histogram", async () => (
      Array.from(await rows(), ({ labels = {}, spread }) => spread.values(name, labels)).flat()
    ));
  }

  #register(name: string, help: string, type: string, values: () => Promise<MetricValue<string>[]>): void {
    const metric = {
      name,
      help,
      type,
      aggregator: "sum",
      get: async () => ({ name, help, type, values: await values() }),
    };
    // What the registry asks of a metric is its name and get(); its types ask for a class of its own.
    this.registry.registerMetric(metric as unknown as Parameters<Registry["registerMetric"]>[0]);
  }
}

function asValue({ labels = {}, value }: Sample): MetricValue<string> {
  return { labels, value };
}
