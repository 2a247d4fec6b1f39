/**
 * Several servers, one truth: a stream's state is in one replica at a time, any replica takes any request and asks the one
 * that has it. What was not answered is asked again where that does no harm, until an owner is found or patience ends.
 */
import { ConflictError, type ReplicaStore } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";
import type { BodyLimits } from "../http/body.ts";
import { readOctets } from "../http/body.ts";
import type { Exchange } from "../http/exchange.ts";
import { Problem } from "../http/problem.ts";
import type { Placement } from "../http/serve.ts";
import { asStorageError, StorageError } from "../streams/storage.ts";
import type { Streams } from "../streams/streams.ts";
import { Membership } from "./membership.ts";
import { type Elsewhere, type Hold, Ownership } from "./ownership.ts";
import { HOP, Peer, type Question, readHop, Unanswered } from "./peer.ts";

/** A request is kept so long at most while its stream has no owner that answers: longer than a lease. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 50;

/** A stream of lines has no end that could be waited for: each group of lines is brought to its place by itself. */
const LINES = /^\s*application\/x-ndjson\b/i;

export interface ReplicasParts {
  store: ReplicaStore;
  /** Where the other replicas reach this one. */
  url: string;
  streams: Streams;
  clock: Clock;
  limits: BodyLimits;
  onError(message: string, error: unknown): void;
}

/** How to do something with a stream: where it is here, and by asking the replica that has it. */
export interface Ways<T> {
  here(): Promise<T>;
  there(ask: (question: Question) => Promise<Response>): Promise<T>;
  /** Whether it may be done twice: it changes nothing, or is told by its key. */
  mayRepeat: boolean;
}

export class Replicas implements Placement {
  readonly membership: Membership;
  readonly ownership: Ownership;
  /** What became of questions to other replicas. */
  readonly forwards = { answered: 0, moved: 0, lost: 0 };

  constructor(readonly parts: ReplicasParts) {
    const { store, url, streams, clock, onError } = parts;
    this.membership = new Membership({
      store,
      clock,
      url,
      onGained: () => this.ownership.verify(),
      onRenewed: () => this.ownership.balance(),
      onError,
    });
    this.ownership = new Ownership(store, this.membership, streams, clock, onError);
  }

  get isLeaving(): boolean {
    return this.membership.self.isLeaving;
  }

  /** Throws where this replica should not be sent requests. */
  check(): void {
    if (this.isLeaving) throw new Error("this replica hands its streams over and ends");
    if (!this.membership.isHeld) throw new Error("this replica has no lease");
  }

  hop(request: Request) {
    return readHop(request, this.membership.self.secret);
  }

  /** Serves a request whose route needs the state of a stream, at the replica that has it. */
  async serve(exchange: Exchange, handle: (exchange: Exchange) => Response | Promise<Response>): Promise<Response> {
    const { request } = exchange;
    if (LINES.test(request.headers.get("content-type") ?? "")) return await handle(exchange);
    const body = request.body ? await readOctets(request, this.parts.limits) : undefined;
    return await this.at(exchange, exchange.streamName, {
      here: async () => await handle(exchange.withBody(body)),
      there: async (ask) => {
        const { pathname, search } = exchange.url;
        const method = request.method === "HEAD" ? "GET" : request.method;
        const answer = await ask({ method, target: pathname + search, headers: request.headers, body });
        return exchange.passOn(answer);
      },
      mayRepeat: isRepeatable(exchange),
    });
  }

  /** Does something with a stream where it is. Throws what the ways throw, StorageError, Problem replica_unavailable. */
  async at<T>(exchange: Exchange, stream: string, ways: Ways<T>): Promise<T> {
    const { clock } = this.parts;
    const giveUpAt = clock.elapsed() + PATIENCE_MS;
    for (;;) {
      try {
        const place = await this.#find(stream);
        if (typeof place !== "string") return await this.#here(place, ways);
        if (exchange.isForwarded) throw new Unanswered("another replica has the stream", false);
        return await this.#there(place, exchange, ways);
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        // Before it is told elsewhere, so that two replicas do not go on to take each other for the owner.
        this.ownership.forget(stream);
        if (exchange.isForwarded) throw new Problem("misdirected", error.message, undefined, { [HOP.moved]: "1" });
        this.forwards[error.mayHaveActed ? "lost" : "moved"]++;
        if (error.mayHaveActed && !ways.mayRepeat || clock.elapsed() > giveUpAt) throw unavailable(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  begin(): void {
    this.membership.begin();
  }

  /** Hands every stream over; requests are taken on, and answered by asking. */
  async leave(): Promise<void> {
    await this.membership.leave();
    await this.ownership.handOverAll();
  }

  async sweep(): Promise<void> {
    await this.ownership.tidy();
  }

  async close(): Promise<void> {
    await this.membership.close();
  }

  async #find(stream: string): Promise<Hold | Elsewhere> {
    try {
      return await this.ownership.enter(stream);
    } catch (error) {
      throw error instanceof Problem ? error : asStorageError(error);
    }
  }

  async #here<T>(hold: Hold, { here }: Ways<T>): Promise<T> {
    try {
      return await here();
    } catch (error) {
      if (!(error instanceof StorageError && error.cause instanceof ConflictError)) throw error;
      hold.lose();
      throw new Unanswered("the stream was claimed by another replica", false, { cause: error });
    } finally {
      hold.leave();
    }
  }

  async #there<T>(owner: Elsewhere, exchange: Exchange, { there }: Ways<T>): Promise<T> {
    const { membership } = this;
    if (!membership.member(owner)) await membership.renew();
    const member = membership.member(owner);
    if (!member) throw new Unanswered(`replica ${owner} is not known yet`, false);
    const peer = new Peer(member, membership.end(owner));
    const answer = await there((question) => peer.ask(exchange, question));
    this.forwards.answered++;
    return answer;
  }
}

/** A deletion is not: the second time there is nothing to delete, which is no answer to the first. */
function isRepeatable({ request: { method, headers }, route }: Exchange): boolean {
  return route!.access === "read" || /^(GET|HEAD|PATCH)$/.test(method) || headers.has("idempotency-key");
}

function unavailable({ mayHaveActed }: Unanswered): Problem {
  const detail = mayHaveActed
    ? "the replica that has the stream did not answer; it may have done what it was asked for: send writes under an " +
      "Idempotency-Key, and again under the same"
    : "no replica could take the stream in time; nothing was done";
  return new Problem("replica_unavailable", detail, undefined, { "retry-after": "1" });
}
