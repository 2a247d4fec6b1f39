/** Questions to a worker, and who waits for what comes back. */
import { ConnectionError, type NeuroClusterError } from "./errors.ts";
import { type Ask, memoryOf, type Tell, unpackError } from "./messages.ts";
import type { Port } from "./port.ts";

/** Who waits for an answer. */
interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  onEvent?(event: unknown): void;
}

/** Messages to a worker and who waits for what comes back. */
export class Line {
  readonly #port: Port;
  #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #failure: NeuroClusterError | undefined;

  constructor(port: Port) {
    this.#port = port;
    port.onMessage((data) => this.#hear(data as Tell));
    port.onError((cause) =>
      this.end(new ConnectionError(`the worker failed: ${cause}`, { code: "worker_failed", cause }))
    );
  }

  /** Asks for a verb. With `transfer` the memory of the first argument goes along instead of being copied. */
  ask(question: Omit<Ask, "id">, { transfer = false, signal, onEvent }: {
    transfer?: boolean;
    signal?: AbortSignal;
    onEvent?: (event: unknown) => void;
  } = {}): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#failure) throw this.#failure;
      const abort = () => {
        if (this.#waiting.delete(id)) this.#port.postMessage({ id }, []);
        reject(signal!.reason);
      };
      const done = () => signal?.removeEventListener("abort", abort);
      const waiting = {
        resolve: (value: unknown) => (done(), resolve(value)),
        reject: (e: unknown) => (done(), reject(e)),
      };
      this.#port.postMessage({ ...question, id }, transfer ? memoryOf(question.args[0]) : []);
      this.#waiting.set(id, { ...waiting, onEvent });
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Ends the worker; who still waits gets the error. */
  end(error: NeuroClusterError): void {
    this.#failure ??= error;
    this.#port.terminate();
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }

  #hear(tell: Tell): void {
    const waiting = this.#waiting.get(tell.id);
    if (!waiting) return;
    if ("event" in tell) return waiting.onEvent?.(tell.event);
    this.#waiting.delete(tell.id);
    if ("error" in tell) waiting.reject(unpackError(tell.error));
    else waiting.resolve(tell.value);
  }
}
