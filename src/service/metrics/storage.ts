/** The journal and the store. */
import type { Store } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";
import type { Commit, Journal } from "../streams/journal.ts";
import { Distribution, type Exposition } from "./distribution.ts";

/** Seconds. */
const TIMES = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** What is done to the store while streams are at work. */
const OPERATIONS = ["append", "load", "saveSnapshot", "events", "answer", "stream", "streams", "probe"] as const;
type Operation = typeof OPERATIONS[number];

export class StorageMetrics {
  #commits = new Distribution(TIMES);
  #entries = 0;
  #bytes = 0;
  #operations = new Map<Operation, { spread: Distribution; failures: number }>();
  #snapshots = 0;
  #snapshotBytes = 0;

  constructor(readonly clock: Clock) {
    for (const operation of OPERATIONS) {
      this.#operations.set(operation, { spread: new Distribution(TIMES), failures: 0 });
    }
  }

  readonly onCommit = ({ entries, bytes, time_ms }: Commit): void => {
    this.#commits.add(time_ms / 1000);
    this.#entries += entries;
    this.#bytes += bytes;
  };

  /** The same store, timed. */
  watch(store: Store): Store {
    const timed = new Map(OPERATIONS.map((operation) => [operation, this.#timed(store, operation)] as const));
    return new Proxy(store, {
      get: (target, name) => {
        const operation = timed.get(name as Operation);
        if (operation) return operation;
        const value = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  register(exposition: Exposition, journal: Journal): void {
    exposition.histogram(
      "ncs_journal_commit_duration_seconds",
      "Time of a transaction of the journal",
      () => [{ spread: this.#commits }],
    );
    exposition.counter("ncs_journal_entries_total", "Writes kept", () => [{ value: this.#entries }]);
    exposition.counter("ncs_journal_bytes_total", "Octets of the writes kept", () => [{ value: this.#bytes }]);
    exposition.gauge("ncs_journal_lag_entries", "Writes that are not yet kept", () => [{ value: journal.lag }]);
    exposition.counter("ncs_snapshots_total", "Snapshots kept", () => [{ value: this.#snapshots }]);
    exposition.counter(
      "ncs_snapshot_bytes_total",
      "Octets of the snapshots kept",
      () => [{ value: this.#snapshotBytes }],
    );
    exposition.histogram("ncs_store_operation_duration_seconds", "Time that the store took", () => (
      Array.from(this.#operations, ([name, { spread }]) => ({ labels: { operation: labelOf(name) }, spread }))
    ));
    exposition.counter("ncs_store_failures_total", "Operations that the store did not do", () => (
      Array.from(
        this.#operations,
        ([name, { failures }]) => ({ labels: { operation: labelOf(name) }, value: failures }),
      )
    ));
  }

  #timed(store: Store, operation: Operation): (...args: unknown[]) => Promise<unknown> {
    const counts = this.#operations.get(operation)!;
    return async (...args) => {
      const began = this.clock.elapsed();
      try {
        const answer = await (store[operation] as (...args: unknown[]) => Promise<unknown>)(...args);
        if (operation === "saveSnapshot") this.#noteSnapshot(args[1] as { body: Uint8Array });
        return answer;
      } catch (error) {
        counts.failures++;
        throw error;
      } finally {
        counts.spread.add((this.clock.elapsed() - began) / 1000);
      }
    };
  }

  #noteSnapshot({ body }: { body: Uint8Array }): void {
    this.#snapshots++;
    this.#snapshotBytes += body.byteLength;
  }
}

/** saveSnapshot: save_snapshot. */
function labelOf(operation: Operation): string {
  return operation.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
