/** Requests: who asks, how long it may take, and what is tried again. */
import { AuthenticationError, ConnectionError, errorOf, NeuroClusterError, ProcessingError } from "./errors.ts";
import { Limit } from "./limit.ts";
import { isWorthRetrying, newKey, sleep, waitBefore_ms } from "./retry.ts";
import type { CallOptions } from "./types.ts";

export interface ClientOptions {
  /** Where the server is: "https://ncs.example.com". A path before /api is kept. */
  baseUrl: string;
  /** Sent as X-API-Key. */
  apiKey?: string;
  /** An access token, where login is done elsewhere. */
  token?: string;
  /** Milliseconds for one try of a request, headers and body. Default 30,000. */
  timeout_ms?: number;
  /** Tries after the first. Default 5. */
  retries?: number;
  /** Default: the host's. */
  fetch?: typeof fetch;
}

/** What a request is made of. */
export interface Call extends CallOptions {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: BodyInit;
  headers?: Record<string, string>;
  /** Begins or renews the session itself: it is not renewed for this. */
  isSignIn?: boolean;
  retries?: number;
  /** A status that is an answer though it is not ok. */
  accepts?: number;
}

/** Tokens that a login gave. */
interface Session {
  access: string;
  refresh?: string;
}

export class Transport {
  readonly timeout_ms: number;
  readonly retries: number;
  readonly #options: ClientOptions;
  readonly #base: string;
  session: Session | undefined;
  /** Renews the session; undefined where there is nothing to renew. */
  renew: (() => Promise<unknown>) | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#base = options.baseUrl.replace(/\/+$/, "");
    this.timeout_ms = options.timeout_ms ?? 30_000;
    this.retries = options.retries ?? 5;
    if (options.token) this.session = { access: options.token };
  }

  /** Sends a request, again where that helps, and reads its answer. A write keeps one Idempotency-Key through all tries. */
  async send<T>(call: Call, read: (response: Response) => Promise<T> | T): Promise<T> {
    const retries = call.retries ?? this.retries;
    const headers: Record<string, string> = { ...call.headers };
    if (call.method !== "GET" && !call.isSignIn) headers["idempotency-key"] = newKey();
    let hasRenewed = false, wasLost = false;
    for (let attempt = 0;;) {
      const access = this.session?.access;
      try {
        return await this.#try(call, headers, read);
      } catch (error) {
        // The try whose answer was lost has done it.
        if (wasLost && call.method === "DELETE" && (error as NeuroClusterError).status === 404) return undefined as T;
        wasLost ||= error instanceof ConnectionError;
        if (
          error instanceof AuthenticationError && error.status === 401 && this.renew && !call.isSignIn && !hasRenewed
        ) {
          hasRenewed = true;
          // Another request may have renewed it in the meantime.
          if (access === this.session?.access) await this.renew();
          continue;
        }
        if (attempt >= retries || !isWorthRetrying(error)) throw error;
        await sleep(waitBefore_ms(attempt++, error), call.signal);
      }
    }
  }

  /** The URL of a path; what the query leaves undefined is left out. */
  url(path: string, query: Call["query"] = {}): string {
    const given = Object.entries(query).filter(([, value]) => value !== undefined).map((
      [name, value],
    ) => [name, `${value}`]);
    return this.#base + path + (given.length > 0 ? `?${new URLSearchParams(given)}` : "");
  }

  /** What says who asks, by the names that the query of a WebSocket has for it. */
  get credentials(): { api_key?: string; token?: string } {
    return this.session ? { token: this.session.access } : { api_key: this.#options.apiKey };
  }

  async #try<T>(call: Call, headers: Record<string, string>, read: (response: Response) => Promise<T> | T): Promise<T> {
    const { method, body } = call, time = new Limit(call.timeout_ms ?? this.timeout_ms, call.signal);
    try {
      const init = { method, body, headers: { ...this.#identity(), ...headers }, signal: time.signal };
      const response = await (this.#options.fetch ?? fetch)(this.url(call.path, call.query), init);
      if (!response.ok && response.status !== call.accepts) throw await errorOf(response);
      return await read(response);
    } catch (cause) {
      throw call.signal?.aborted ? call.signal.reason : this.#asError(cause, call, time);
    } finally {
      time.end();
    }
  }

  #identity(): Record<string, string> {
    const { api_key, token } = this.credentials;
    if (token) return { authorization: `Bearer ${token}` };
    return api_key ? { "x-api-key": api_key } : {};
  }

  #asError(cause: unknown, { method, path }: Call, time: Limit): NeuroClusterError {
    if (cause instanceof NeuroClusterError) return cause;
    if (cause instanceof SyntaxError) {
      return new ProcessingError(`${method} ${path}: the answer is not JSON`, { code: "invalid_answer", cause });
    }
    if (time.isOver) {
      return new ConnectionError(`${method} ${path}: no answer in ${time.time_ms} ms`, { code: "timeout", cause });
    }
    const why = cause instanceof Error ? messageOf(cause) : cause;
    return new ConnectionError(`${method} ${path}: ${why}`, { code: "connection", cause });
  }
}

/** What a failed fetch says; Node says "fetch failed", and why in its cause. */
function messageOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message ? `${message}: ${cause.message}` : message;
}
