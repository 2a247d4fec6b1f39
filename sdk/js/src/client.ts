/** The client of a server: the verbs of its default stream, and of all that is round it. */
import { AuthenticationError } from "./errors.ts";
import { JSON_TYPE, readJson, readNothing, RemoteStream } from "./remote.ts";
import type { SocketOptions } from "./replies.ts";
import { Socket } from "./socket.ts";
import { type ClientOptions, Transport } from "./transport.ts";
import type { CallOptions, NewStream, Streams } from "./types.ts";
import type { Health } from "./views.ts";
import type { ApiKeys, Me, NewApiKey, Tokens } from "./access.ts";

const STREAMS = "/api/v1/streams", KEYS = "/auth/api-keys";

/** The verbs of a server's default stream; `stream(name)` has the same for another. */
export class NeuroClusterClient extends RemoteStream {
  #renewing: Promise<Tokens> | undefined;

  /** Throws TypeError where baseUrl is no URL of http or https. Nothing is sent yet. */
  constructor(options: ClientOptions) {
    // "localhost:8000" is a URL as well, of the scheme "localhost".
    if (!/^https?:$/.test(new URL(options.baseUrl).protocol)) {
      throw new TypeError(`baseUrl must begin with http:// or https://; it is ${options.baseUrl}`);
    }
    super(new Transport(options), "default", "/api/v1");
  }

  /** A stream by its name; whether it exists shows when it is used. */
  stream(name: string): RemoteStream {
    return new RemoteStream(this.transport, name);
  }

  /** Signs in; the tokens are kept, sent and renewed. Throws AuthenticationError, RateLimitError. */
  async login(username: string, password: string, options?: CallOptions): Promise<Tokens> {
    this.#forget();
    const body = new URLSearchParams({ username, password });
    // Failed tries are limited: not one is wasted.
    const call = { ...options, method: "POST", path: "/auth/login", body, isSignIn: true, retries: 0 } as const;
    return this.#keep(await this.transport.send(call, readJson));
  }

  /** Gives the refresh token for new tokens; requests do so by themselves. Throws AuthenticationError. */
  refresh(options?: CallOptions): Promise<Tokens> {
    // Used once, a refresh token may be good no more: all who need a new one share it.
    return this.#renewing ??= this.#refresh(options).finally(() => this.#renewing = undefined);
  }

  /** Ends the session with all its tokens, and forgets them whatever the server says. */
  async logout(options?: CallOptions): Promise<void> {
    const call = { ...options, method: "POST", path: "/auth/logout" } as const;
    await this.transport.send(call, readNothing).finally(() => this.#forget());
  }

  /** Who the server takes this client for. */
  me(options?: CallOptions): Promise<Me> {
    return this.transport.send({ ...options, method: "GET", path: "/auth/me" }, readJson);
  }

  /** How the server is, of one that is unhealthy too. */
  health(options?: CallOptions): Promise<Health> {
    return this.transport.send({ ...options, method: "GET", path: "/health", accepts: 503 }, readJson);
  }

  /** A WebSocket for points: less to send for each, and no more of them under way than the server can take. */
  connect(options: SocketOptions = {}): Promise<Socket> {
    return Socket.open(this.transport, options);
  }

  get streams(): Streams {
    const { transport } = this, path = (name: string) => `${STREAMS}/${encodeURIComponent(name)}`;
    return {
      list: async (options) => (await transport.send({ ...options, method: "GET", path: STREAMS }, readJson)).streams,
      create: (stream: NewStream, options) => this.#write("POST", STREAMS, stream, options),
      get: (name, options) => transport.send({ ...options, method: "GET", path: path(name) }, readJson),
      update: (name, change, options) => this.#write("PATCH", path(name), change, options),
      delete: (name, options) => transport.send({ ...options, method: "DELETE", path: path(name) }, readNothing),
    };
  }

  get apiKeys(): ApiKeys {
    const { transport } = this, path = (id: string) => `${KEYS}/${encodeURIComponent(id)}`;
    return {
      list: async (options) => (await transport.send({ ...options, method: "GET", path: KEYS }, readJson)).api_keys,
      // The server does not know this by its key: a second try might make a second one.
      create: (key: NewApiKey, options) => this.#write("POST", KEYS, key, options, 0),
      delete: (id, options) => transport.send({ ...options, method: "DELETE", path: path(id) }, readNothing),
    };
  }

  #write<T>(
    method: "POST" | "PATCH",
    path: string,
    value: unknown,
    options?: CallOptions,
    retries?: number,
  ): Promise<T> {
    const body = JSON.stringify(value);
    return this.transport.send({ ...options, method, path, body, headers: JSON_TYPE, retries }, readJson);
  }

  async #refresh(options?: CallOptions): Promise<Tokens> {
    const refresh_token = this.transport.session?.refresh;
    if (!refresh_token) throw new AuthenticationError("there is no refresh token; log in", { code: "not_logged_in" });
    const body = JSON.stringify({ refresh_token }), headers = JSON_TYPE;
    const call = { ...options, method: "POST", path: "/auth/refresh", body, headers, isSignIn: true } as const;
    try {
      return this.#keep(await this.transport.send(call, readJson));
    } catch (error) {
      if (error instanceof AuthenticationError) this.#forget();
      throw error;
    }
  }

  #keep(tokens: Tokens): Tokens {
    const refresh = tokens.refresh_token ?? this.transport.session?.refresh;
    this.transport.session = { access: tokens.access_token, refresh };
    this.transport.renew = refresh ? () => this.refresh() : undefined;
    return tokens;
  }

  #forget(): void {
    this.transport.session = this.transport.renew = undefined;
  }
}
