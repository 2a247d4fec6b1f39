/** Questions to another replica, over connections that are kept; how one knows that it is another that asks. */
import type { Member } from "../../store/mod.ts";
import type { Principal } from "../auth/principal.ts";
import { isSame } from "../auth/secrets.ts";
import { deadlines } from "../deadlines.ts";
import type { Exchange } from "../http/exchange.ts";

/** Heads between replicas: the secret of the one that is asked, who asks it, from where. */
export const HOP = {
  secret: "x-ncs-hop",
  principal: "x-ncs-principal",
  address: "x-ncs-address",
  moved: "x-ncs-moved",
};

/** Of one connection, or of who spoke to the first replica: RFC 9110, 7.6.1. */
const NOT_PASSED_ON = [
  "authorization",
  "x-api-key",
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "x-request-id",
  ...Object.values(HOP),
];
const NOT_PASSED_BACK = ["connection", "keep-alive", "transfer-encoding", "date", "server"];

/** The question was not answered. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";

  constructor(
    message: string,
    /** Whether the replica may have done what was asked for: `no`, where it surely did not. */
    readonly mayHaveActed: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What is asked of the owner of a stream. */
export interface Question {
  method: string;
  /** Path and query. */
  target: string;
  headers: HeadersInit;
  body?: ArrayBuffer | string;
}

/** An answer is waited for so long: the owner itself waits for the store a little less. */
const ANSWER_MS = 12_000;

export class Peer {
  /** `end` is aborted when there is nobody to wait for any more. */
  constructor(readonly member: Member, readonly end: AbortSignal, readonly answer_ms = ANSWER_MS) {}

  /** Asks on behalf of an exchange; answers as the replica did. Throws Unanswered. */
  async ask(
    { principal, address, requestId }: Exchange,
    { method, target, headers, body }: Question,
  ): Promise<Response> {
    const heads = new Headers(headers);
    for (const name of NOT_PASSED_ON) heads.delete(name);
    heads.set(HOP.secret, this.member.secret);
    heads.set(HOP.principal, encodeURIComponent(JSON.stringify(principal)));
    heads.set(HOP.address, address);
    heads.set("x-request-id", requestId);
    const init = { method, headers: heads, body, redirect: "manual" } as const;
    const { answer, octets } = await this.#fetch(target, init);
    if (answer.headers.has(HOP.moved)) throw new Unanswered("the stream is not at the replica any more", false);
    // Whom a replica asks for is admitted already: so this is another process at the address, which does not know the secret.
    if (answer.status === 401) throw new Unanswered("the replica was started anew", false);
    const passed = new Headers(answer.headers);
    for (const name of NOT_PASSED_BACK) passed.delete(name);
    return new Response(octets.byteLength > 0 ? octets : null, { status: answer.status, headers: passed });
  }

  /** The answer whole, before it is passed on: one that breaks off can be asked for again. */
  async #fetch(target: string, init: RequestInit): Promise<{ answer: Response; octets: ArrayBuffer }> {
    const asking = new AbortController(), giveUp = () => asking.abort(this.end.reason);
    const late = () => asking.abort(new Error(`no answer within ${this.answer_ms / 1000} s`));
    const deadline = deadlines.add(late, this.answer_ms);
    this.end.addEventListener("abort", giveUp);
    try {
      const answer = await fetch(new URL(target, this.member.url), { ...init, signal: asking.signal });
      return { answer, octets: await answer.arrayBuffer() };
    } catch (error) {
      throw new Unanswered(`the replica at ${this.member.url} does not answer`, !isRefused(error), { cause: error });
    } finally {
      deadlines.delete(deadline);
      this.end.removeEventListener("abort", giveUp);
    }
  }
}

/** Whether no connection was made, so that nothing was sent. Runtimes say it in words of their own. */
function isRefused(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ((cause as { code?: string }).code === "ConnectionRefused") return true;
    if (/connection refused|unable to connect/i.test(cause.message)) return true;
  }
  return false;
}

/** Who asks, as another replica found; undefined where the request does not come from one. */
export function readHop({ headers }: Request, secret: string): { principal: Principal; address: string } | undefined {
  const given = headers.get(HOP.secret);
  if (given === null || !isSame(given, secret)) return undefined;
  return {
    principal: JSON.parse(decodeURIComponent(headers.get(HOP.principal)!)),
    address: headers.get(HOP.address)!,
  };
}
