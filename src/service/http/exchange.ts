/** One request under way, and how it is answered. */
import type { z } from "zod";
import type { Principal, Scope } from "../auth/principal.ts";
import type { AuditAction } from "../audit/actions.ts";
import { parameterProblem } from "./problem.ts";

/** What the host knows of a connection. */
export interface Connection {
  /** Address of the peer, undefined where the host cannot tell. Few requests ask for it, so a host may look it up then. */
  readonly address?: string;
}

/** What a route says of itself to whoever looks at one of its requests. */
export interface RouteFacts {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With parameters in braces: /api/v1/streams/{name}. */
  path: string;
  /** The scope that it takes; public: anybody. */
  access: Scope | "public";
  /** Whether it touches the stream that its path names, `default` where it names none. */
  isOfStream?: boolean;
  /** Whether it looks at that stream's state or changes it, so that it is served where the state is. */
  needsState?: boolean;
  /** Not counted against the rate limit: probes and scrapes. */
  isUnlimited?: boolean;
  /** What the audit log calls a request to it; undefined: it has no record of them. */
  audit?: AuditAction;
}

export class Exchange {
  /** Who asks; for public routes nobody. */
  principal: Principal | undefined;
  /** Whether another replica asks, which has looked already at who asks it and how often. */
  isForwarded = false;
  /** What the audit log is to have of it: who, where that is no principal; on what, where that is not the path's stream. */
  audited: { actor?: string; target?: string } = {};
  #url: URL | undefined;
  #address: string | undefined;

  constructor(
    readonly request: Request,
    readonly route: RouteFacts | undefined,
    readonly requestId: string,
    readonly path: string,
    readonly params: Record<string, string>,
    readonly addressOf: () => string,
    /** Heads that every answer to this request carries; its own, for more are added. */
    readonly headers: Record<string, string>,
  ) {}

  /** Address of the client, behind the proxies that are trusted. */
  get address(): string {
    return this.#address ??= this.addressOf();
  }

  get url(): URL {
    return this.#url ??= new URL(this.request.url);
  }

  /** The stream that the path names. */
  get streamName(): string {
    return this.params.name ?? "default";
  }

  /**
   * The query, checked and read by a schema of text parameters. A name that is not known is refused, since a misspelt wish
   * would be passed over in silence, and so is one that comes twice. Throws Problem invalid_parameter.
   */
  query<T extends z.ZodObject>(schema: T): z.infer<T> {
    // Most requests have none; to take a URL apart costs as much as to learn a point.
    if (!this.request.url.includes("?")) return schema.parse({});
    const given: Record<string, string> = {};
    for (const [name, value] of this.url.searchParams) {
      if (!Object.hasOwn(schema.shape, name)) {
        throw parameterProblem(name, `unknown parameter; there are ${Object.keys(schema.shape).join(", ") || "none"}`);
      }
      if (Object.hasOwn(given, name)) throw parameterProblem(name, `${name} is given more than once`);
      given[name] = value;
    }
    const read = schema.safeParse(given);
    if (read.success) return read.data;
    const [{ path, message }] = read.error.issues;
    const name = String(path[0]);
    throw parameterProblem(name, `${name}: ${message}; it is ${JSON.stringify(given[name] ?? null)}`);
  }

  answer(body: BodyInit | null, type: string, status = 200, also: Record<string, string> = {}): Response {
    const response = new Response(body, { status });
    // Set one by one: given with the body, Deno compares each with each, and both runtimes take twice as long.
    const { headers } = response;
    headers.set("content-type", type);
    for (const name in this.headers) headers.set(name, this.headers[name]);
    for (const name in also) headers.set(name, also[name]);
    return response;
  }

  json(value: unknown, status = 200, also?: Record<string, string>): Response {
    return this.answer(JSON.stringify(value), "application/json", status, also);
  }

  /** The same exchange with a body that was read before. */
  withBody(body: ArrayBuffer | undefined): Exchange {
    const { url, method, headers } = this.request;
    const request = body ? new Request(url, { method, headers, body }) : this.request;
    const copy = new Exchange(request, this.route, this.requestId, this.path, this.params, this.addressOf, {
      ...this.headers,
    });
    copy.principal = this.principal;
    copy.audited = this.audited;
    return copy;
  }

  /** The answer of another replica, under this exchange's heads. */
  passOn({ status, headers, body }: Response): Response {
    return new Response(body, { status, headers: { ...Object.fromEntries(headers), ...this.headers } });
  }

  /** 204. */
  nothing(): Response {
    return new Response(null, { status: 204, headers: this.headers });
  }
}
