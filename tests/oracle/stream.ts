/**
 * The reference of the kernel: the same algorithm in plain TypeScript, written to be read. It gives the kernel's answers
 * and the kernel's snapshots, bit for bit; what the kernel does to be fast (a search index, bounded sorts, one memory) is
 * left out.
 */
import { acrossBorder } from "./border.ts";
import type { Options, Points, StreamEvent } from "../../src/engine/mod.ts";
import { resolveOptions } from "../../src/engine/options.ts";
import { makeRoom } from "./compaction.ts";
import { watch } from "./drift.ts";
import { beginFrame, enterFrame, watchScale } from "./frame.ts";
import { type Row, rowLength } from "./lanes.ts";
import { mergeStates } from "./merging.ts";
import { absorb, findNearest, insert, tick } from "./micro.ts";
import { lookAtNovelty } from "./novelty.ts";
import { explain, judgeEarly, type Judgement, judgePoint } from "./outlier.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";
import { type Cluster, createState, emit, forget, type Micro, type State } from "./state.ts";
import { lookAtStructure } from "./structure.ts";

const EARLY = 32, UNEXPLAINED_MAX = 12, COOL_RATE = 0.0005;

/** What the oracle says of n points. Shape (n) each. */
export interface Answer {
  ids: Int32Array;
  outlierScores: Float32Array;
  similarities: Float32Array;
  layers: { geometric: Float32Array; statistical: Float32Array; temporal: Float32Array };
}

export class Oracle {
  #state: State;
  #point: Row;

  constructor(readonly dims: number, options?: Options) {
    this.#state = createState(dims, resolveOptions(options));
    this.#point = new Float32Array(rowLength(dims));
  }

  /** Learns points in the order given and labels each as it arrives. Shape (n, dims). */
  learn(points: Points): Answer {
    return this.#answer(points, (point, said) => this.#learnPoint(point, said));
  }

  /** Labels points and changes nothing. Shape (n, dims). */
  assign(points: Points): Answer {
    return this.#answer(points, (point, said) => this.#assignPoint(point, said));
  }

  /** Events since the last call. */
  takeEvents(): StreamEvent[] {
    return this.#state.events.splice(0);
  }

  snapshot(): Uint8Array<ArrayBuffer> {
    return writeSnapshot(this.#state);
  }

  /** The whole state; not a copy. */
  state(): Readonly<State> {
    return this.#state;
  }

  restore(snapshot: Uint8Array): void {
    this.#state = readSnapshot(snapshot);
  }

  /** Merges the state of another stream in; a stream that has learned nothing takes it over, but for the parameters. */
  merge(snapshot: Uint8Array): void {
    const other = readSnapshot(snapshot), { time } = this.#state;
    if (other.time === 0) return;
    if (time > 0) mergeStates(this.#state, other);
    else this.#takeOver(other);
  }

  /** To a stream that was empty, every cluster that it takes over is born; its own events go on. */
  #takeOver(other: State): void {
    const { options, sequence } = this.#state;
    this.#state = { ...other, options, sequence };
    for (const { own, shown } of other.clusters) if (own) emit(this.#state, "born", shown, -1);
  }

  /** One point: judged, then learned, then labelled. */
  #learnPoint(x: ArrayLike<number>, tell: Tell): void {
    const s = this.#state;
    if (s.time === 0) beginFrame(s, x);
    tick(s, forget(s));
    const early = s.time <= EARLY;
    if (s.options.scaling === "standard") watchScale(s, x, Math.max(forget(s), 1 / s.time));
    lookAtNovelty(s, x);
    const point = enterFrame(s, x, this.#point), { micro, gap } = findNearest(s, point);
    const judgement = judgePoint(s, micro, gap, early, true);
    watch(s, judgement.geometric);
    const mine = this.#place(point, micro, gap);
    s.cost *= 1 - COOL_RATE;
    this.#count(mine.cluster === undefined);
    if (s.untilStructure <= 0 || early || s.unexplained >= UNEXPLAINED_MAX) lookAtStructure(s);
    if (early) judgement.similarity = judgeEarly(s, micro, gap, mine.cluster);
    tell(acrossBorder(point, mine.cluster, s.clusters), judgement);
  }

  /** The micro-cluster that takes the point: the nearest one, or a new one that belongs to whatever explains the point. */
  #place(point: Row, micro: Micro | undefined, gap: number): Micro {
    const s = this.#state;
    if (micro && gap <= s.cost) {
      absorb(s, micro, gap, point);
      return micro;
    }
    const cluster = micro && explain(micro, gap, s.cost), outside = micro ? gap + micro.outside : 0;
    if (s.micros.length === s.capacity) makeRoom(s);
    return insert(s, point, cluster, outside);
  }

  #count(unexplained: boolean): void {
    const s = this.#state;
    if (unexplained) s.unexplained += 1;
    s.unexplainedRate += forget(s) * ((unexplained ? 1 : 0) - s.unexplainedRate);
    s.untilStructure -= 1;
  }

  #assignPoint(x: ArrayLike<number>, tell: Tell): void {
    const s = this.#state, point = enterFrame(s, x, this.#point), { micro, gap } = findNearest(s, point);
    const judgement = judgePoint(s, micro, gap, s.time <= EARLY, false);
    if (!micro) tell(undefined, judgement);
    else {
      const cluster = gap <= s.cost ? micro.cluster : explain(micro, gap, s.cost);
      tell(acrossBorder(point, cluster, s.clusters), judgement);
    }
  }

  #answer(points: Points, run: (point: ArrayLike<number>, tell: Tell) => void): Answer {
    const flat = points instanceof Float32Array || points instanceof Float64Array, { dims } = this;
    const n = flat ? points.length / dims : points.length, answer = createAnswer(n);
    for (let p = 0; p < n; p++) {
      const point = flat ? points.subarray(p * dims, (p + 1) * dims) : points[p];
      run(point, (cluster, judgement) => say(answer, p, cluster, judgement));
    }
    return answer;
  }
}

type Tell = (cluster: Cluster | undefined, judgement: Judgement) => void;

function createAnswer(n: number): Answer {
  const numbers = () => new Float32Array(n);
  const layers = { geometric: numbers(), statistical: numbers(), temporal: numbers() };
  return { ids: new Int32Array(n), outlierScores: numbers(), similarities: numbers(), layers };
}

function say(answer: Answer, p: number, cluster: Cluster | undefined, judgement: Judgement): void {
  answer.ids[p] = cluster ? cluster.shown : -1;
  answer.outlierScores[p] = judgement.score;
  answer.similarities[p] = judgement.similarity;
  answer.layers.geometric[p] = judgement.geometric;
  answer.layers.statistical[p] = judgement.statistical;
  answer.layers.temporal[p] = judgement.temporal;
}
