/** The verbs of one stream of a server. */
import { events, type FollowOptions } from "./events.ts";
import type { Call, Transport } from "./transport.ts";
import type {
  CallOptions,
  EventPage,
  EventQuery,
  LabelPoints,
  OctetOptions,
  PointOptions,
  PointResult,
  Rows,
  StreamEvent,
  StreamVerbs,
} from "./types.ts";
import type { AlgorithmStatus, BatchOptions, BatchResult, ClusterFilter, ClustersSummary } from "./views.ts";

export const JSON_TYPE = { "content-type": "application/json" };
const OCTETS = { "content-type": "application/octet-stream" };

/** Reads a JSON answer; its shape is the server's promise. */
export const readJson = (response: Response) => response.json();
export const readNothing = async (response: Response) => void await response.arrayBuffer();

/** What may follow points: one of the three shapes of LabelPoints. */
type AnyOptions = Partial<OctetOptions> & PointOptions & { detail?: "ids" };

export class RemoteStream implements StreamVerbs {
  protected readonly transport: Transport;
  readonly #base: string;
  readonly #own: string;

  /** `base` comes before the verbs; a stream's own state is asked for under its name, of the default stream too. */
  constructor(transport: Transport, name: string, base?: string) {
    this.transport = transport;
    this.#own = `/api/v1/streams/${encodeURIComponent(name)}`;
    this.#base = base ?? this.#own;
  }

  processPoints: LabelPoints = (points: Rows | Float32Array, options: AnyOptions = {}) =>
    this.#label("process_points", points, options) as Promise<never>;

  assign: LabelPoints = (points: Rows | Float32Array, options: AnyOptions = {}) =>
    this.#label("assign", points, options) as Promise<never>;

  /** Learns a batch; answers its clusters and outliers. */
  processBatch(points: Rows, options?: BatchOptions & CallOptions): Promise<BatchResult> {
    const { signal, timeout_ms, ...wish } = options ?? {}, body = JSON.stringify({ points, options: wish });
    const path = `${this.#base}/process_batch`;
    return this.transport.send({ signal, timeout_ms, method: "POST", path, body, headers: JSON_TYPE }, readJson);
  }

  clustersSummary(filter: ClusterFilter = {}, options?: CallOptions): Promise<ClustersSummary> {
    return this.#get(`${this.#base}/clusters_summary`, options, { ...filter });
  }

  algorithmStatus(options?: CallOptions): Promise<AlgorithmStatus> {
    return this.#get(`${this.#base}/algorithm_status`, options);
  }

  snapshot(options?: CallOptions): Promise<Uint8Array<ArrayBuffer>> {
    const read = async (response: Response) => new Uint8Array(await response.arrayBuffer());
    return this.transport.send({ ...options, method: "GET", path: `${this.#own}/snapshot` }, read);
  }

  restore(snapshot: Uint8Array, options?: CallOptions): Promise<void> {
    return this.#give("snapshot", snapshot, options);
  }

  merge(snapshot: Uint8Array, options?: CallOptions): Promise<void> {
    return this.#give("merge", snapshot, options);
  }

  /** Server-sent events; a dropped connection is taken up again after the last event that came. */
  events(options: FollowOptions = {}): AsyncIterableIterator<StreamEvent> {
    return events(this.transport, `${this.#own}/events`, options);
  }

  listEvents(page: EventQuery = {}, options?: CallOptions): Promise<EventPage> {
    return this.#get(`${this.#own}/events`, options, { ...page });
  }

  async #label(verb: string, points: Rows | Float32Array, options: AnyOptions): Promise<unknown> {
    const { signal, timeout_ms, dims, include, detail } = options;
    const call = {
      signal,
      timeout_ms,
      method: "POST",
      path: `${this.#base}/${verb}`,
      query: { dims, include, detail },
    } as const;
    if (points instanceof Float32Array) return await this.#labelOctets(call, points);
    const body = JSON.stringify({ points });
    const answer: unknown = await this.transport.send({ ...call, body, headers: JSON_TYPE }, readJson);
    if (detail) return Int32Array.from((answer as { cluster_ids: number[] }).cluster_ids);
    return answer as PointResult[];
  }

  #labelOctets(call: Call, points: Float32Array): Promise<Int32Array> {
    const read = async (response: Response) => new Int32Array(await response.arrayBuffer());
    return this.transport.send({ ...call, body: points as BodyInit, headers: OCTETS }, read);
  }

  #give(verb: string, snapshot: Uint8Array, options?: CallOptions): Promise<void> {
    const call: Call = {
      ...options,
      method: "POST",
      path: `${this.#own}/${verb}`,
      body: snapshot as BodyInit,
      headers: OCTETS,
    };
    return this.transport.send(call, readNothing);
  }

  #get<T>(path: string, options: CallOptions = {}, query?: Call["query"]): Promise<T> {
    return this.transport.send({ ...options, method: "GET", path, query }, readJson);
  }
}
