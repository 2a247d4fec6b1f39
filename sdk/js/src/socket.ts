/** Points over a WebSocket: many under way at once, but never too many. */
import { AuthenticationError, NeuroClusterError, ValidationError } from "./errors.ts";
import { Link } from "./link.ts";
import { type ClusterUpdate, errorOfReply, type Pending, type Reply, type SocketOptions } from "./replies.ts";
import { readNothing } from "./remote.ts";
import { newKey } from "./retry.ts";
import type { Transport } from "./transport.ts";
import type { Rows } from "./types.ts";
import type { AlgorithmStatus } from "./views.ts";

export class Socket {
  readonly #options: SocketOptions;
  readonly #link: Link;
  #pending: Pending[] = [];
  #inFlight = 0;
  #failed: unknown;
  /** Settles when those that called before have sent: points are learned in the order of the calls. */
  #turn: Promise<unknown> = Promise.resolve();
  #wake: (() => void)[] = [];

  private constructor(transport: Transport, options: SocketOptions) {
    this.#options = options;
    this.#link = new Link({
      create: () => createSocket(transport, options),
      onText: (text) => this.#take(JSON.parse(text)),
      onLost: (error) => this.#lose(error),
      probe: () => probe(transport, options),
      retries: transport.retries,
      reconnects: options.reconnects ?? 20,
      signal: options.signal,
    });
  }

  /** Opens the connection. Throws ConnectionError, AuthenticationError. */
  static async open(transport: Transport, options: SocketOptions): Promise<Socket> {
    const socket = new Socket(transport, options);
    await socket.#link.ready();
    return socket;
  }

  /** Hands points over; waits while too many are under way. What becomes of them goes to onUpdate or onError. */
  async send(points: Rows | Float32Array): Promise<void> {
    this.#throwFailed();
    const { answer } = await this.#post(points);
    answer.catch((error) => this.#options.onError ? this.#options.onError(error) : this.#failed ??= error);
  }

  /** Learns points; answers what the server says of them. Throws what it finds wrong with them. */
  async process(points: Rows | Float32Array): Promise<ClusterUpdate> {
    return await (await this.#post(points)).answer as Reply & ClusterUpdate;
  }

  /** Measures of the stream. */
  async status(): Promise<AlgorithmStatus> {
    const id = newKey();
    const { answer } = await this.#queue(0, JSON.stringify({ type: "status_request", id }), id);
    return await answer as unknown as AlgorithmStatus;
  }

  /** Resolves when all is answered. Throws the first error that nobody was told of. */
  async drain(): Promise<void> {
    await this.#turn;
    while (this.#pending.length > 0) await this.#change();
    this.#throwFailed();
  }

  /** Waits for the answers, then ends the connection. What is sent after it throws ConnectionError. */
  async close(): Promise<void> {
    await this.drain().finally(() => this.#link.close());
  }

  #post(points: Rows | Float32Array): Promise<{ answer: Promise<Reply> }> {
    if (points instanceof Float32Array) {
      const { dims } = this.#options;
      if (!dims) throw new ValidationError("dims are needed with a Float32Array", { code: "invalid_parameter" });
      return this.#queue(points.length / dims, points as Float32Array<ArrayBuffer>);
    }
    const id = newKey();
    return this.#queue(points.length, JSON.stringify({ type: "batch", points, id }), id);
  }

  /** Sends when it is its turn and there is room. */
  #queue(points: number, data: string | BufferSource, id?: string): Promise<{ answer: Promise<Reply> }> {
    const sent = this.#turn.then(async () => {
      const most = this.#options.pointsInFlight ?? 10_000;
      while (this.#pending.length > 0 && this.#inFlight + points > most) await this.#change();
      const socket = await this.#link.ready();
      const answer = new Promise<Reply>((resolve, reject) => this.#pending.push({ id, points, resolve, reject }));
      this.#inFlight += points;
      socket.send(data);
      return { answer };
    });
    this.#turn = sent.catch(() => {});
    return sent;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  /** A reply names its message; one without a name is of the oldest that has none: octets. */
  #take(reply: Reply): void {
    const at = this.#pending.findIndex(({ id }) => id === reply.id);
    if (at < 0) return reply.type === "error" ? this.#options.onError?.(errorOfReply(reply)) : undefined;
    const [{ resolve, reject, points }] = this.#pending.splice(at, 1);
    this.#inFlight -= points;
    if (reply.type === "error") reject(errorOfReply(reply));
    else resolve(reply);
    if (reply.type === "cluster_update" && points > 0) this.#options.onUpdate?.(reply as Reply & ClusterUpdate);
    this.#wake.splice(0).forEach((wake) => wake());
  }

  /** Whether the server learned what it did not answer is not known, so it is not sent again. */
  #lose(error: NeuroClusterError): void {
    this.#inFlight = 0;
    this.#pending.splice(0).forEach(({ reject }) => reject(error));
    this.#wake.splice(0).forEach((wake) => wake());
  }

  #throwFailed(): void {
    const error = this.#failed;
    this.#failed = undefined;
    if (error) throw error;
  }
}

function createSocket(
  transport: Transport,
  { stream, dims, WebSocket = globalThis.WebSocket }: SocketOptions,
): WebSocket {
  if (!WebSocket) throw new NeuroClusterError("this host has no WebSocket; give one", { code: "no_websocket" });
  const url = transport.url("/ws/stream", { ...transport.credentials, stream, dims });
  return new WebSocket(url.replace(/^http/, "ws"));
}

/** A session that has expired is renewed by this, as by every request. */
async function probe(transport: Transport, { stream, signal }: SocketOptions): Promise<void> {
  const path = `/api/v1/streams/${encodeURIComponent(stream ?? "default")}/algorithm_status`;
  try {
    await transport.send({ method: "GET", path, signal, retries: 0 }, readNothing);
  } catch (error) {
    if (error instanceof AuthenticationError || error instanceof ValidationError) throw error;
  }
}
