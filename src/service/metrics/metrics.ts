/** The measures of one app, in a registry of its own, written out for Prometheus when it asks. */
// The package's entry would load Node's http as well, for what pushes measures: 5 MB in Deno.
import Registry from "prom-client/lib/registry.js";
import type { Live } from "../live/live.ts";
import type { Replicas } from "../replicas/replicas.ts";
import type { Journal } from "../streams/journal.ts";
import type { Streams } from "../streams/streams.ts";
import { Exposition, type Sample } from "./distribution.ts";
import { RuntimeMetrics, type RuntimeParts } from "./runtime.ts";
import { RequestMetrics } from "./requests.ts";
import { StorageMetrics } from "./storage.ts";
import { registerReplicas } from "./replicas.ts";
import { StreamMetrics } from "./streams.ts";

/** Whether each component works, and how long it took to answer: as /health has it. */
export type Components = Record<string, { status: "healthy" | "failing"; latency_ms: number }>;

/** What is looked at when Prometheus asks. */
export interface Looked {
  streams: Streams;
  journal: Journal;
  components(): Promise<Components>;
  live: Live;
  replicas?: Replicas;
}

export class Metrics {
  readonly requests = new RequestMetrics();
  readonly streams = new StreamMetrics();
  readonly storage: StorageMetrics;
  readonly runtime: RuntimeMetrics;
  #registry = new Registry();
  #looked: Looked | undefined;
  #components: Components = {};

  constructor(parts: RuntimeParts) {
    this.storage = new StorageMetrics(parts.clock);
    this.runtime = new RuntimeMetrics(parts);
  }

  /** Once, when there is something to look at. */
  register(looked: Looked): void {
    this.#looked = looked;
    const exposition = new Exposition(this.#registry);
    this.requests.register(exposition);
    this.streams.register(exposition, looked.streams);
    this.storage.register(exposition, looked.journal);
    this.runtime.register(exposition);
    if (looked.replicas) registerReplicas(exposition, looked.replicas);
    exposition.gauge(
      "ncs_connections_open",
      "Connections that stay open: listeners to events, sockets, uploads of lines",
      () => (
        (["listener", "socket", "upload"] as const).map((kind) => ({
          labels: { kind },
          value: looked.live.count(kind),
        }))
      ),
    );
    exposition.gauge("ncs_component_up", "Whether the component works: algorithm, database, redis", () => (
      this.#eachComponent(({ status }) => status === "healthy" ? 1 : 0)
    ));
    exposition.gauge("ncs_component_latency_seconds", "How long the component took to answer", () => (
      this.#eachComponent(({ latency_ms }) => latency_ms / 1000)
    ));
  }

  get type(): string {
    return this.#registry.contentType;
  }

  /** The measures of now, in Prometheus's text format. */
  async text(): Promise<string> {
    const { streams, components } = this.#looked!;
    this.streams.look(streams);
    this.#components = await components();
    return await this.#registry.metrics();
  }

  close(): void {
    this.runtime.stop();
  }

  #eachComponent(read: (component: Components[string]) => number): Sample[] {
    return Object.entries(this.#components).map(([component, found]) => ({
      labels: { component },
      value: read(found),
    }));
  }
}
