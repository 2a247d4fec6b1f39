/** Random operations on random streams; what must hold is checked after each. The seed tells everything. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { NcsError, type Options } from "../../src/engine/mod.ts";
import { type Random, random } from "../../src/random.ts";
import { assertSameBytes } from "./compare.ts";
import { checkAssignment, checkEvents, checkIds, checkState, type Ledger } from "./invariants.ts";
import type { CreateSubject, Subject } from "./subject.ts";

/** How one batch is made: a function that gives a coordinate. */
type Source = (r: Random, axis: number) => number;

const SOURCES: Source[] = [
  (r, axis) => 10 * (r.integer(3) + axis) + r.normal(),
  (r) => r.normal(),
  () => 1.25,
  (r) => r.integer(3),
  (r) => 1e9 + r.uniform(),
  (r) => 1e-9 * r.normal(),
  (r) => (r.uniform() - 0.5) * 2e15,
  (r) => 1 / (r.uniform() + 1e-6),
  (r) => r.integer(50) === 0 ? 1e6 * r.normal() : r.normal(),
];

const DIMS = [1, 2, 3, 4, 5, 8, 17, 64];

/** A stream under test, with what is known of it. */
interface Run {
  r: Random;
  subject: Subject;
  create: CreateSubject;
  dims: number;
  options: Required<Pick<Options, "maxClusters" | "outlierThreshold">> & Options;
  ledger: Ledger;
  /** A snapshot taken earlier, and what was known then. */
  kept?: { snapshot: Uint8Array; ledger: Ledger };
}

function batch({ r, dims }: Run): Float64Array | Float32Array {
  const source = SOURCES[r.integer(SOURCES.length)], points = 1 + r.integer(r.integer(3) === 0 ? 1500 : 40);
  const values = Float64Array.from({ length: points * dims }, (_, i) => source(r, i % dims));
  return r.integer(2) ? values : Float32Array.from(values);
}

function randomOptions(r: Random): Run["options"] {
  return {
    maxClusters: 2 + r.integer(r.integer(5) === 0 ? 60 : 30),
    baseThreshold: 0.1 + 0.85 * r.uniform(),
    learningRate: 10 ** (-3 * r.uniform()),
    outlierThreshold: r.uniform(),
    scaling: r.integer(4) === 0 ? "standard" : "none",
  };
}

const copy = (ledger: Ledger): Ledger => ({ ...ledger, born: new Set(ledger.born) });

function learn(run: Run): void {
  const points = batch(run), answer = run.subject.learn(points);
  run.ledger.points += points.length / run.dims;
  checkAssignment(answer, run.options.outlierThreshold);
  checkEvents(run.subject.takeEvents(), run.ledger);
  checkIds(answer.ids, run.ledger);
}

function assign(run: Run): void {
  const before = run.subject.snapshot(), answer = run.subject.assign(batch(run));
  checkAssignment(answer, run.options.outlierThreshold);
  checkIds(answer.ids, run.ledger);
  assertSameBytes(run.subject.snapshot(), before, "assign changed the stream");
}

function keep(run: Run): void {
  run.kept = { snapshot: run.subject.snapshot(), ledger: copy(run.ledger) };
}

function goBack(run: Run): void {
  if (!run.kept) return;
  run.subject.restore(run.kept.snapshot);
  run.ledger = copy(run.kept.ledger);
  assertSameBytes(run.subject.snapshot(), run.kept.snapshot, "restored otherwise");
}

/** A restored twin and the stream itself go on alike. */
function twin(run: Run): void {
  const other = run.create(run.dims, run.options), points = batch(run);
  other.restore(run.subject.snapshot());
  const [expected, answer] = [other.learn(points), run.subject.learn(points)];
  assertEquals(answer, expected, "a restored twin says something else");
  run.ledger.points += answer.ids.length;
  checkEvents(run.subject.takeEvents(), run.ledger);
  checkIds(answer.ids, run.ledger);
  assertSameBytes(run.subject.snapshot(), other.snapshot(), "a restored twin went elsewhere");
}

function merge(run: Run): void {
  const other = run.create(run.dims, run.options), points = batch(run);
  other.learn(points);
  const weight = run.subject.status().weight + other.status().weight, count = other.status().points;
  const before = run.subject.snapshot();
  try {
    run.subject.merge(other.snapshot());
  } catch (error) {
    // Streams whose coordinates lie too far apart for single precision are refused, and nothing is lost.
    assert(error instanceof NcsError && error.code === "snapshot_range", String(error));
    return assertSameBytes(run.subject.snapshot(), before, "a refused merge changed the stream");
  }
  run.ledger.points += count;
  checkEvents(run.subject.takeEvents(), run.ledger);
  const merged = run.subject.status().weight;
  assert(Math.abs(merged - weight) <= 1e-6 * weight, `merging ${weight} gave ${merged}`);
}

function bad(run: Run): void {
  const { r, subject, dims } = run, before = subject.snapshot(), points = batch(run);
  points[r.integer(points.length)] = [NaN, Infinity, -2e15, -Infinity][r.integer(4)];
  assertThrows(() => subject.learn(points), NcsError);
  assertThrows(() => subject.learn(new Float32Array(0)), NcsError);
  if (dims > 1) assertThrows(() => subject.learn(new Float32Array(dims + 1)), NcsError);
  const damaged = before.slice();
  damaged[r.integer(damaged.length)] ^= 1 << r.integer(8);
  assertThrows(() => subject.restore(damaged), NcsError);
  assertThrows(() => subject.merge(before.subarray(0, r.integer(before.length))), NcsError);
  assertSameBytes(subject.snapshot(), before, "what was refused changed the stream");
}

/** Learning most of the time. */
const OPERATIONS = [learn, learn, learn, learn, learn, assign, keep, goBack, twin, merge, bad];

/** One stream, `steps` operations; throws with the seed and the operation where something does not hold. */
export function fuzz(create: CreateSubject, seed: number, steps: number): void {
  const r = random(seed, "fuzz"), dims = DIMS[r.integer(DIMS.length)], options = randomOptions(r);
  const ledger: Ledger = { born: new Set(), sequence: 0, points: 0 };
  const run: Run = { r, subject: create(dims, options), create, dims, options, ledger };
  for (let step = 0; step < steps; step++) {
    const operation = OPERATIONS[r.integer(OPERATIONS.length)];
    try {
      operation(run);
      checkState(run.subject, run.ledger, options.maxClusters);
    } catch (error) {
      const place = `seed ${seed}, step ${step} (${operation.name}), d = ${dims}, ${JSON.stringify(options)}`;
      throw new Error(`${place}: ${(error as Error).message}`, { cause: error });
    }
  }
}
