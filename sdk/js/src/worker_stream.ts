/** The verbs of one stream in a worker: each is a message there and a message back. */
import type { Line } from "./line.ts";
import { alone } from "./messages.ts";
import type {
  CallOptions,
  EventOptions,
  EventPage,
  EventQuery,
  LabelPoints,
  OctetOptions,
  StreamEvent,
  StreamVerbs,
} from "./types.ts";
import type { AlgorithmStatus, ClusterFilter, ClustersSummary } from "./views.ts";

/** Events that wait for who follows them; the oldest go first. */
const EVENTS_MAX = 4096;

type AnyOptions = CallOptions & Partial<OctetOptions>;

export class WorkerStream implements StreamVerbs {
  readonly #line: Line;
  readonly #name: string | undefined;

  constructor(line: Line, name?: string) {
    this.#line = line;
    this.#name = name;
  }

  processPoints: LabelPoints = (points: unknown, options?: AnyOptions) =>
    this.#ask("processPoints", [points, options]) as Promise<never>;

  assign: LabelPoints = (points: unknown, options?: AnyOptions) =>
    this.#ask("assign", [points, options]) as Promise<never>;

  clustersSummary(filter?: ClusterFilter, options?: CallOptions): Promise<ClustersSummary> {
    return this.#ask("clustersSummary", [filter, options]);
  }

  algorithmStatus(options?: CallOptions): Promise<AlgorithmStatus> {
    return this.#ask("algorithmStatus", [options]);
  }

  snapshot(options?: CallOptions): Promise<Uint8Array<ArrayBuffer>> {
    return this.#ask("snapshot", [options]);
  }

  restore(snapshot: Uint8Array, options?: CallOptions): Promise<void> {
    return this.#ask("restore", [snapshot, options]);
  }

  merge(snapshot: Uint8Array, options?: CallOptions): Promise<void> {
    return this.#ask("merge", [snapshot, options]);
  }

  listEvents(page?: EventQuery, options?: CallOptions): Promise<EventPage> {
    return this.#ask("listEvents", [page, options]);
  }

  async *events({ signal, after }: EventOptions = {}): AsyncIterableIterator<StreamEvent> {
    const waiting: StreamEvent[] = [], left = new AbortController(), leave = () => left.abort(signal!.reason);
    let wake = () => {}, failure: unknown;
    signal?.addEventListener("abort", leave, { once: true });
    const onEvent = (event: unknown) => {
      if (waiting.push(event as StreamEvent) > EVENTS_MAX) waiting.shift();
      wake();
    };
    const options = { signal: left.signal, onEvent };
    this.#line.ask({ ...this.#target, verb: "events", args: [{ after }] }, options).catch((error) => {
      failure = error;
      wake();
    });
    try {
      for (;;) {
        while (waiting.length > 0) yield waiting.shift()!;
        signal?.throwIfAborted();
        if (failure) throw failure;
        await new Promise<void>((resolve) => wake = resolve);
      }
    } finally {
      signal?.removeEventListener("abort", leave);
      left.abort();
    }
  }

  get #target() {
    return { target: this.#name === undefined ? "local" : "stream", name: this.#name } as const;
  }

  /** A signal cannot pass between threads: it ends the waiting here. */
  #ask<T>(verb: string, args: unknown[]): Promise<T> {
    const { signal, transfer, ...options } = args.pop() as AnyOptions ?? {};
    const question = { ...this.#target, verb, args: [...args.map(alone), options] };
    return this.#line.ask(question, { signal, transfer }) as Promise<T>;
  }
}
