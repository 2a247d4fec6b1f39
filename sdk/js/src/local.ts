/** `neurocluster/local`: the same verbs without a server. */
import { VERSION } from "../../../src/version.ts";
import { ValidationError } from "./errors.ts";
import { type KernelSource, loadKernel } from "./kernel.ts";
import { LocalStream } from "./local_stream.ts";
import type { NewStream, Parameters, StreamInfo, Streams } from "./types.ts";
import type { Health } from "./views.ts";

export * from "./errors.ts";
export type { KernelSource } from "./kernel.ts";
export type { LocalStream } from "./local_stream.ts";
export type * from "./types.ts";
export type * from "./views.ts";

export interface LocalOptions {
  /** Default: the package's own. */
  kernel?: KernelSource;
  /** Coordinates of a point of the default stream. Default: the first batch fixes them. */
  dims?: number;
  /** Of the default stream. */
  parameters?: Parameters;
}

/** The verbs of a default stream in this page or process; `stream(name)` has the same for another. */
export class NeuroClusterLocal extends LocalStream {
  readonly #kernel: WebAssembly.Module;
  readonly #streams: Map<string, LocalStream>;

  private constructor(kernel: WebAssembly.Module, { parameters, dims }: LocalOptions) {
    super(kernel, "default", parameters, dims);
    this.#kernel = kernel;
    this.#streams = new Map([["default", this]]);
  }

  /** Loads the kernel. Throws ValidationError, ConnectionError. */
  static async create(options: LocalOptions = {}): Promise<NeuroClusterLocal> {
    return new NeuroClusterLocal(await loadKernel(options.kernel), options);
  }

  /** A stream by its name. Throws ValidationError where there is none. */
  stream(name: string): LocalStream {
    const stream = this.#streams.get(name);
    if (stream) return stream;
    throw new ValidationError(`there is no stream ${name}`, { code: "stream_not_found", status: 404 });
  }

  get streams(): Streams {
    return {
      list: async () => await [...this.#streams.values()].map(({ info }) => info),
      create: async (stream) => await this.#create(stream),
      get: async (name) => await this.stream(name).info,
      update: async (name, { parameters }) => await this.#update(name, parameters),
      delete: async (name) => await this.#delete(name),
    };
  }

  async health(): Promise<Health> {
    return await { status: "healthy", version: VERSION, algorithm_ready: true, components: {} };
  }

  #create({ name, dims, parameters }: NewStream): StreamInfo {
    if (this.#streams.has(name)) {
      throw new ValidationError(`there is a stream ${name} already`, { code: "stream_exists", status: 409 });
    }
    const stream = new LocalStream(this.#kernel, name, parameters, dims);
    this.#streams.set(name, stream);
    return stream.info;
  }

  #update(name: string, parameters: Parameters): StreamInfo {
    const stream = this.stream(name);
    stream.configure(parameters);
    return stream.info;
  }

  #delete(name: string): void {
    this.stream(name);
    if (name === "default") {
      throw new ValidationError("the default stream stays", { code: "stream_in_use", status: 409 });
    }
    this.#streams.delete(name);
  }
}
