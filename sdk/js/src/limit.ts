/** The end of one try of a request: its time, or the caller who gives up. */

/** A signal for one try: the caller's, and an end to its time. */
export class Limit {
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #abort: () => void;
  isOver = false;

  constructor(readonly time_ms: number, readonly outer?: AbortSignal) {
    outer?.throwIfAborted();
    this.#abort = () => this.#controller.abort(outer!.reason);
    outer?.addEventListener("abort", this.#abort, { once: true });
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.#controller.abort();
    }, time_ms);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.outer?.removeEventListener("abort", this.#abort);
  }
}
