/** Who is connected: counted, asked regularly whether they still may, ended when the server stops. */
import { authorizeScope, authorizeStream } from "../auth/authorize.ts";
import type { Authenticator, Scope } from "../auth/principal.ts";
import type { Store } from "../../store/mod.ts";
import { Exchange } from "../http/exchange.ts";
import { Problem, streamNotFound } from "../http/problem.ts";
import type { LiveLimits } from "./limits.ts";

/** By what a connection was let in, and is let stay. */
export interface Ticket {
  /** Without the connection that carried it, which is gone after an upgrade. */
  exchange: Exchange;
  credentials?: { token?: string; apiKey?: string };
  scope: Scope;
  stream: string;
  /** When the stream was made: one of the same name that was made later is another. */
  created: number;
}

export interface Member {
  readonly kind: "listener" | "socket" | "upload";
  readonly ticket: Ticket;
  /** Called every heartbeat. */
  beat(): void;
  /** The client may be here no more. */
  expel(reason: string): void;
  /** The server stops; resolves when everything that was begun is answered. */
  finish(): Promise<void>;
}

export interface LiveParts {
  authenticator: Authenticator;
  store: Store;
  limits: LiveLimits;
}

export class Live {
  #members = new Set<Member>();
  #timers: ReturnType<typeof setInterval>[] = [];
  #isChecking = false;
  #isStopping = false;
  /** Octets of messages under way. */
  #bytes = 0;

  constructor(readonly parts: LiveParts) {}

  /** Connections of a kind. */
  count(kind: Member["kind"]): number {
    let count = 0;
    for (const member of this.#members) if (member.kind === kind) count++;
    return count;
  }

  /** Lets a client in that may: its ticket. Throws Problem overloaded, unauthorized, forbidden, stream_not_found. */
  async admit(
    kind: Member["kind"],
    exchange: Exchange,
    stream: string,
    scope: Scope,
    credentials?: Ticket["credentials"],
  ): Promise<Ticket> {
    this.checkRoom(kind);
    const { request, route, requestId, path, params, address } = exchange;
    const copy = new Request(request.url, { headers: request.headers });
    const lasting = new Exchange(copy, route, requestId, path, params, () => address, { "x-request-id": requestId });
    const ticket = { exchange: lasting, credentials, scope, stream, created: 0 };
    await this.#authorize(ticket);
    ticket.created = await this.#createdOf(stream);
    return ticket;
  }

  /** Throws Problem overloaded. */
  checkRoom(kind: Member["kind"]): void {
    const { listenersMax, socketsMax, uploadsMax } = this.parts.limits;
    const max = { listener: listenersMax, socket: socketsMax, upload: uploadsMax }[kind];
    if (!this.#isStopping && this.count(kind) < max) return;
    const detail = this.#isStopping ? "the server stops" : `there are ${max} connections of this kind already`;
    throw new Problem("overloaded", detail, undefined, { "retry-after": "5" });
  }

  add(member: Member): void {
    this.#members.add(member);
    if (this.#timers.length > 0) return;
    const { heartbeat_ms, check_ms } = this.parts.limits;
    this.#timers = [setInterval(() => this.#beat(), heartbeat_ms), setInterval(() => this.#check(), check_ms)];
  }

  remove(member: Member): void {
    this.#members.delete(member);
    if (this.#members.size === 0) this.#timers.splice(0).forEach(clearInterval);
  }

  /** Whether so many octets more may be under way; then they count until they are given back. */
  takeBytes(bytes: number): boolean {
    if (this.#bytes + bytes > this.parts.limits.bytesMax) return false;
    this.#bytes += bytes;
    return true;
  }

  giveBytes(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** Lets nobody in any more, and ends every connection once what it began is answered. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(Array.from(this.#members, (member) => member.finish()));
  }

  /** Waits for what ends a connection, as long as one may take. */
  async within(ended: Promise<void>): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, this.parts.limits.closing_ms));
    await Promise.race([ended, late]);
    clearTimeout(timer);
  }

  #beat(): void {
    for (const member of this.#members) member.beat();
  }

  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    for (const member of [...this.#members]) {
      const reason = await this.#reasonToExpel(member.ticket);
      if (reason !== undefined) member.expel(reason);
    }
    this.#isChecking = false;
  }

  /** A store out of reach says nothing about the client. */
  async #reasonToExpel(ticket: Ticket): Promise<string | undefined> {
    try {
      await this.#authorize(ticket);
      if (await this.#createdOf(ticket.stream) !== ticket.created) return "the stream was made anew";
    } catch (error) {
      if (error instanceof Problem && error.status < 500) return error.detail;
    }
    return undefined;
  }

  async #authorize({ exchange, credentials, scope, stream }: Ticket): Promise<void> {
    const principal = await this.parts.authenticator.authenticate(exchange.request, credentials);
    authorizeScope(principal, scope);
    authorizeStream(principal, stream);
    exchange.principal = principal;
  }

  async #createdOf(stream: string): Promise<number> {
    const stored = await this.parts.store.stream(stream);
    if (!stored) throw streamNotFound(stream);
    return stored.created;
  }
}
