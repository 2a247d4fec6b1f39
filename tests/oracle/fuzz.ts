/** Random operations on the kernel and on the oracle, side by side; everything is compared after each. */
import { type AnswerOptions, Engine, type Options, type Points } from "../../src/engine/mod.ts";
import { type Random, random } from "../../src/random.ts";
import { kernel } from "../kernel.ts";
import { compareAnswers, compareEvents, compareSnapshots } from "./compare.ts";
import { Oracle } from "./stream.ts";
import { randomSource, type Source } from "./streams.ts";

/** What is held against the oracle: an engine, or a spoiled one. */
export type Subject = Pick<Engine, "learn" | "assign" | "takeEvents" | "snapshot" | "restore" | "merge">;
export type CreateSubject = (dims: number, options: Options) => Subject;

export const createEngine: CreateSubject = (dims, options) => Engine.create(kernel, dims, options);

/** Coordinates that a batch has at most, so that streams of many dimensions take no longer. */
const COORDINATES_MAX = 1500;
const DIMS = [1, 1, 2, 2, 3, 3, 3, 4, 5, 7, 8, 12, 16, 29, 40, 120];
const LAYERS: AnswerOptions = { layers: true };

interface Run {
  r: Random;
  dims: number;
  options: Required<Options>;
  create: CreateSubject;
  next: Source;
  subject: Subject;
  oracle: Oracle;
  kept?: Uint8Array;
}

function randomOptions(r: Random): Required<Options> {
  return {
    maxClusters: r.integer(3) ? 2 + r.integer(30) : 2 + r.integer(59),
    baseThreshold: r.integer(2) ? 0.71 : 0.05 + 0.9 * r.uniform(),
    learningRate: r.integer(2) ? 0.06 : 10 ** (-3.5 * r.uniform()),
    outlierThreshold: 0.5,
    scaling: r.integer(3) ? "none" : "standard",
  };
}

/** Points of the stream: flat in either precision, or rows. */
function batch({ r, dims, next }: Run): Points {
  const most = Math.max(2, Math.min(r.integer(3) ? 60 : 500, Math.floor(COORDINATES_MAX / dims)));
  const rows = Array.from({ length: 1 + r.integer(most) }, next), kind = r.integer(3);
  return kind === 0 ? rows : kind === 1 ? Float64Array.from(rows.flat()) : Float32Array.from(rows.flat());
}

type Operation = (run: Run) => string | undefined;

const learn: Operation = (run) => {
  const points = batch(run);
  return compareAnswers(run.subject.learn(points, LAYERS), run.oracle.learn(points));
};

const assign: Operation = (run) => {
  const points = batch(run);
  return compareAnswers(run.subject.assign(points, LAYERS), run.oracle.assign(points));
};

/** Keeps a snapshot, or goes back to the one kept: both to the kernel's. */
const keepOrGoBack: Operation = (run) => {
  if (run.kept) {
    run.subject.restore(run.kept);
    run.oracle.restore(run.kept);
    run.kept = undefined;
  } else run.kept = run.subject.snapshot();
  return undefined;
};

/** Another stream with parameters of its own is merged in; sometimes it has learned nothing. */
const merge: Operation = (run) => {
  const { r, dims, create } = run,
    options = { ...randomOptions(r), maxClusters: run.options.maxClusters, scaling: run.options.scaling };
  const subject = create(dims, options), oracle = new Oracle(dims, options);
  const other: Run = { ...run, options, subject, oracle, next: r.integer(3) ? randomSource(r, dims).next : run.next };
  const difference = (r.integer(8) ? learn(other) : undefined) ??
    compareSnapshots(subject.snapshot(), oracle.snapshot());
  if (difference) return `the other stream: ${difference}`;
  const snapshot = subject.snapshot();
  run.subject.merge(snapshot);
  run.oracle.merge(snapshot);
  return undefined;
};

const OPERATIONS = { learn, assign, keepOrGoBack, merge };
/** Learning most of the time. */
const TURNS: (keyof typeof OPERATIONS)[] = [
  "learn",
  "learn",
  "learn",
  "learn",
  "learn",
  "learn",
  "assign",
  "keepOrGoBack",
  "merge",
];

/** One stream, its dimensions and kind by the seed, `steps` operations; throws with the first difference, and where it is. */
export function fuzz(create: CreateSubject, seed: number, steps: number): void {
  const r = random(seed, "oracle"),
    dims = DIMS[seed % DIMS.length],
    options = randomOptions(r),
    { name, next } = randomSource(r, dims, seed);
  const run: Run = {
    r,
    dims,
    options,
    create,
    next,
    subject: create(dims, options),
    oracle: new Oracle(dims, options),
  };
  for (let step = 0; step < steps; step++) {
    const operation = TURNS[r.integer(TURNS.length)];
    const difference = OPERATIONS[operation](run) ?? compareEvents(run.subject.takeEvents(), run.oracle.takeEvents()) ??
      compareSnapshots(run.subject.snapshot(), run.oracle.snapshot());
    if (!difference) continue;
    const { time } = run.oracle.state();
    throw new Error(
      `seed ${seed}, step ${step} (${operation}, ${time} points, ${name}), d = ${dims}, ${
        JSON.stringify(options)
      }: ${difference}`,
    );
  }
}
