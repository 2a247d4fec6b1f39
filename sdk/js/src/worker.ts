/** `neurocluster/worker`: the verbs of `neurocluster/local` in a worker, so that a page stays smooth. */
import { ConnectionError, type NeuroClusterError } from "./errors.ts";
import { Line } from "./line.ts";
import type { LocalOptions } from "./local.ts";
import { nodePort, nodeThreads, type Port, webPort } from "./port.ts";
import { WorkerStream } from "./worker_stream.ts";
import type { Streams } from "./types.ts";
import type { Health } from "./views.ts";

export * from "./errors.ts";
export type { LocalOptions } from "./local.ts";
export type { WorkerStream } from "./worker_stream.ts";
export type * from "./types.ts";
export type * from "./views.ts";

export interface WorkerOptions extends LocalOptions {
  /** Default: a worker from the package's own script. */
  worker?: Worker;
}

/** The verbs of a default stream in a worker; `stream(name)` has the same for another. */
export class NeuroClusterWorker extends WorkerStream {
  readonly #line: Line;

  private constructor(line: Line) {
    super(line);
    this.#line = line;
  }

  /** Starts the worker and loads the kernel there. Throws ValidationError, ConnectionError. */
  static async create({ worker, ...options }: WorkerOptions = {}): Promise<NeuroClusterWorker> {
    const line = new Line(worker ? webPort(worker) : startWorker());
    const { kernel, ...rest } = options;
    try {
      await line.ask({
        target: "local",
        verb: "create",
        args: [{ ...rest, kernel: kernel instanceof URL ? kernel.href : kernel }],
      });
      return new NeuroClusterWorker(line);
    } catch (error) {
      line.end(error as NeuroClusterError);
      throw error;
    }
  }

  /** A stream by its name; whether it exists shows when it is used. */
  stream(name: string): WorkerStream {
    return new WorkerStream(this.#line, name);
  }

  get streams(): Streams {
    const ask = (verb: string) => (...args: unknown[]) =>
      this.#line.ask({ target: "streams", verb, args }) as Promise<never>;
    return { list: ask("list"), create: ask("create"), get: ask("get"), update: ask("update"), delete: ask("delete") };
  }

  health(): Promise<Health> {
    return this.#line.ask({ target: "local", verb: "health", args: [] }) as Promise<Health>;
  }

  /** Ends the worker, and all that it has learned is gone: take a snapshot before. */
  terminate(): void {
    this.#line.end(new ConnectionError("the worker was ended", { code: "worker_ended" }));
  }
}

function startWorker(): Port {
  const threads = nodeThreads();
  if (threads) return nodePort(new threads.Worker(new URL("./thread.js", import.meta.url)));
  // Bundlers look for exactly this.
  return webPort(new Worker(new URL("./thread.js", import.meta.url), { type: "module" }));
}
