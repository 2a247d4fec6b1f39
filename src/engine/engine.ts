/**
 * The engine: one stream, held by one instance of the kernel. Web standards only; hosts read the kernel's octets and
 * compile them once, `WebAssembly.compile(octets)`, and any number of engines share the module.
 */
import { createAssignment, fillAssignment } from "./assignment.ts";
import { NcsError } from "./errors.ts";
import { EventQueue } from "./events.ts";
import { checkSnapshotStatus, createInstance, giveSnapshot, type Instance } from "./instance.ts";
import { checkDims, resolveOptions } from "./options.ts";
import { asError, copyPoints, countPoints, faultAt } from "./points.ts";
import { readClusters, readStatus } from "./reading.ts";
import { readHeader } from "./snapshot.ts";
import type { Assignment, Cluster, Options, Points, Status, StreamEvent } from "./types.ts";

/** What to answer besides ids, scores and similarities. */
export interface AnswerOptions {
  /** The three layers of the outlier score as well. Default false. */
  layers?: boolean;
}

/** A batch on its way through the kernel; `loaded` as #checkBlocks answers it. */
interface Run {
  instance: Instance;
  points: Points;
  total: number;
  loaded: number | undefined;
  assignment: Assignment;
}

/** What the kernel does with `count` points of its block. */
type Act = (instance: Instance, count: number, single: number) => void;

export class Engine {
  /** Dimensions of the stream, 1 to 1024. */
  readonly dims: number;
  #module: WebAssembly.Module;
  #options: Required<Options>;
  #instance: Instance | undefined;
  #events = new EventQueue();

  private constructor(module: WebAssembly.Module, dims: number, options: Required<Options>, instance: Instance) {
    this.#module = module;
    this.dims = dims;
    this.#options = options;
    this.#instance = instance;
  }

  /** A new stream. Throws invalid_option. */
  static create(module: WebAssembly.Module, dims: number, options?: Options): Engine {
    checkDims(dims);
    const resolved = resolveOptions(options);
    return new Engine(module, dims, resolved, createInstance(module, dims, resolved));
  }

  /** The stream that a snapshot holds. Throws snapshot_foreign, snapshot_truncated, snapshot_damaged. */
  static restore(module: WebAssembly.Module, snapshot: Uint8Array): Engine {
    const { dims, options } = readHeader(snapshot);
    return new Engine(module, dims, options, restoreInstance(module, dims, options, snapshot));
  }

  /** The parameters of the stream, defaults filled in. */
  get options(): Required<Options> {
    return { ...this.#options };
  }

  /** Octets of the stream's memory, which is laid out once and never grows. */
  get memoryBytes(): number {
    return this.#live().exchange.buffer.byteLength;
  }

  /**
   * Sets parameters from the next point on. What lays the memory or the frame out, maxClusters and scaling, stays for the
   * life of a stream. Throws invalid_option; nothing is changed then.
   */
  configure(options: Options): void {
    const { kernel } = this.#live();
    const resolved = resolveOptions(options, this.#options);
    for (const name of ["maxClusters", "scaling"] as const) {
      if (resolved[name] !== this.#options[name]) {
        throw new NcsError("invalid_option", `${name} is fixed when a stream is made; it is ${this.#options[name]}`);
      }
    }
    const status = kernel.configure(resolved.baseThreshold, resolved.learningRate, resolved.outlierThreshold);
    if (status !== 0) throw new NcsError("internal", `the kernel answered status ${status}`);
    this.#options = resolved;
  }

  /**
   * Learns points in the order given and labels each as it arrives. Shape (n, dims), n >= 1.
   * Throws dims_mismatch, ragged_rows, not_a_number, not_finite, out_of_range, empty_batch; nothing is learned then.
   */
  learn(points: Points, answer: AnswerOptions = {}): Assignment {
    return this.#run(points, answer, this.#learnBlock);
  }

  /**
   * As learn, pausing after each block of points, so that a host can do other work while a large batch is learned.
   * Everything is checked before the first pause. Meanwhile assign, clusters and status see the points learned so far;
   * to learn, merge, restore or dispose must wait until this is done.
   */
  *learnInBlocks(points: Points, answer: AnswerOptions = {}): Generator<void, Assignment> {
    const run = this.#begin(points, answer);
    let from = this.#runBlock(run, 0, this.#learnBlock);
    while (from < run.total) {
      yield;
      from = this.#runBlock(run, from, this.#learnBlock);
    }
    return run.assignment;
  }

  /** Labels points without learning: the stream does not change. Shapes and errors as of learn. */
  assign(points: Points, answer: AnswerOptions = {}): Assignment {
    return this.#run(points, answer, (instance, count, single) => {
      const done = instance.kernel.assign(count, single);
      if (done < 0) throw new NcsError("internal", `the kernel answered status ${-done}`);
    });
  }

  /** The clusters of now, with their health. */
  clusters(): Cluster[] {
    const instance = this.#live();
    return readClusters(instance.exchangeF64, instance.kernel.clusters(), this.dims);
  }

  /** Measures of the stream of now. */
  status(): Status {
    const instance = this.#live();
    instance.kernel.status();
    return readStatus(instance.exchangeF64, this.dims);
  }

  /** Changes of structure since the last call, oldest first; at most 4,096 wait, a gap in the sequence shows a loss. */
  takeEvents(): StreamEvent[] {
    this.#live();
    return this.#events.take();
  }

  /** The whole state as octets: the same on every host. */
  snapshot(): Uint8Array<ArrayBuffer> {
    const instance = this.#live();
    return instance.exchange.slice(0, instance.kernel.snapshot());
  }

  /**
   * Replaces the state, and the parameters, by those of a snapshot of as many dims; waiting events are dropped.
   * Throws dims_mismatch and as the static restore; the stream is as it was then.
   */
  restore(snapshot: Uint8Array): void {
    this.#live();
    const { dims, options } = readHeader(snapshot);
    this.#checkSameDims(dims);
    this.#instance = restoreInstance(this.#module, dims, options, snapshot);
    this.#options = options;
    this.#events.take();
  }

  /** Merges the state of another stream of as many dims and clusters in. Throws dims_mismatch, snapshot_*. */
  merge(snapshot: Uint8Array): void {
    const instance = this.#live();
    this.#checkSameDims(readHeader(snapshot).dims);
    giveSnapshot(instance, snapshot);
    checkSnapshotStatus(instance.kernel.merge(snapshot.byteLength));
    this.#collectEvents(instance);
  }

  /** Lets the memory go. Every later call throws disposed; a second dispose does nothing. */
  dispose(): void {
    this.#instance = undefined;
  }

  #live(): Instance {
    if (!this.#instance) throw new NcsError("disposed", "the engine was disposed of");
    return this.#instance;
  }

  #checkSameDims(dims: number): void {
    if (dims === this.dims) return;
    throw new NcsError("dims_mismatch", `the snapshot has ${dims} dims, the stream has ${this.dims}`);
  }

  #run(points: Points, answer: AnswerOptions, act: Act): Assignment {
    const run = this.#begin(points, answer);
    for (let from = 0; from < run.total;) from = this.#runBlock(run, from, act);
    return run.assignment;
  }

  /** All blocks are checked before the first is run: a batch with one bad point changes nothing. */
  #begin(points: Points, answer: AnswerOptions): Run {
    const instance = this.#live();
    const total = countPoints(points, this.dims);
    const loaded = this.#checkBlocks(instance, points, total);
    return { instance, points, total, loaded, assignment: createAssignment(total, answer.layers ?? false) };
  }

  /** Runs the block that begins with point `from`; answers where the next one begins. */
  #runBlock({ instance, points, total, loaded, assignment }: Run, from: number, act: Act): number {
    const to = Math.min(total, from + instance.blockPoints);
    const single = loaded ?? copyPoints(points, this.dims, from, to, instance.input);
    act(instance, to - from, single);
    fillAssignment(assignment, instance, from, to - from, this.#options.outlierThreshold);
    return to;
  }

  /** Throws for the first bad coordinate. A batch of one block stays loaded: answers its precision, as copyPoints does. */
  #checkBlocks(instance: Instance, points: Points, total: number): number | undefined {
    let single = 0;
    for (let from = 0; from < total; from += instance.blockPoints) {
      const to = Math.min(total, from + instance.blockPoints);
      single = copyPoints(points, this.dims, from, to, instance.input);
      const bad = instance.kernel.check(to - from, single);
      if (bad >= 0) throw asError(faultAt(points, this.dims, from * this.dims + bad));
    }
    return total <= instance.blockPoints ? single : undefined;
  }

  #learnBlock: Act = (instance, count, single) => {
    for (let from = 0; from < count;) {
      const learned = instance.kernel.learn(from, count, single);
      // A block ends early only to have its events taken: no progress without events would never end.
      if (learned < 0) throw new NcsError("internal", `the kernel answered status ${-learned}`);
      if (this.#collectEvents(instance) + learned === 0) throw new NcsError("internal", "the kernel learned no point");
      from += learned;
    }
  };

  #collectEvents({ kernel }: Instance): number {
    const count = kernel.takeEvents();
    if (count > 0) this.#events.addRows(new Float64Array(kernel.memory.buffer, kernel.events(), count * 5), count);
    return count;
  }
}

function restoreInstance(
  module: WebAssembly.Module,
  dims: number,
  options: Required<Options>,
  snapshot: Uint8Array,
): Instance {
  const instance = createInstance(module, dims, options);
  giveSnapshot(instance, snapshot);
  checkSnapshotStatus(instance.kernel.restore(snapshot.byteLength));
  return instance;
}
