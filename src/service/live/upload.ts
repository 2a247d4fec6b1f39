/** Points by lines: a request without an end of its own, that learns as long as its client may and the server does not stop. */
import { Problem } from "../http/problem.ts";
import type { Live, Member, Ticket } from "./live.ts";

export class Upload implements Member {
  readonly kind = "upload";
  readonly #ending = new AbortController();
  readonly #ended = Promise.withResolvers<void>();

  constructor(readonly ticket: Ticket, readonly live: Live) {
    live.add(this);
  }

  /** Aborted with the problem that the answer ends with. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** The answer is made. */
  end(): void {
    this.live.remove(this);
    this.#ended.resolve();
  }

  /** What is sent shows whether anybody is there. */
  beat(): void {}

  expel(reason: string): void {
    this.#ending.abort(new Problem("forbidden", reason));
  }

  async finish(): Promise<void> {
    const detail = "the server stops; send the lines that have no answer again";
    this.#ending.abort(new Problem("overloaded", detail, undefined, { "retry-after": "1" }));
    await this.live.within(this.#ended.promise);
  }
}
