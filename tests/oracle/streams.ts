/** Streams of several kinds for the comparison with the oracle: each is a source of points, one after the other. */
import type { Random } from "../../src/random.ts";

/** Gives the next point. Shape (dims). */
export type Source = () => number[];

type Kind = (r: Random, dims: number) => Source;

const vector = (dims: number, coordinate: (axis: number) => number): number[] =>
  Array.from({ length: dims }, (_, axis) => coordinate(axis));

/** Gaussians round centres that `at` moves; deviation one. */
function blobs(r: Random, dims: number, at: (centre: number[], time: number) => number[]): Source {
  const centres = Array.from({ length: 1 + r.integer(7) }, () => vector(dims, () => 20 * r.uniform()));
  let time = 0;
  return () => {
    time += 1;
    const centre = at(centres[r.integer(centres.length)], time);
    return vector(dims, (axis) => centre[axis] + r.normal());
  };
}

/** A source that now and then begins anew with others. */
function changing(make: () => Source, r: Random): Source {
  let source = make();
  return () => {
    if (r.integer(400) === 0) source = make();
    return source();
  };
}

const KINDS: Record<string, Kind> = {
  blobs: (r, dims) => blobs(r, dims, (centre) => centre),
  drift: (r, dims) => blobs(r, dims, (centre, time) => centre.map((x, axis) => x + (axis % 2 ? 0.01 : -0.02) * time)),
  jumps: (r, dims) => changing(() => blobs(r, dims, (centre) => centre), r),
  uniform: (r, dims) => () => vector(dims, () => r.uniform()),
  duplicates: (r, dims) => {
    const values = Array.from({ length: 1 + r.integer(300) }, () => vector(dims, () => r.normal()));
    return () => values[Math.floor(values.length * r.uniform() ** 3)];
  },
  lattice: (r, dims) => {
    const side = 2 + r.integer(12);
    let next = 0;
    return () => vector(dims, (axis) => Math.floor(next++ / (axis + 1)) % side);
  },
  "two in turn": (_, dims) => {
    let time = 0;
    return () => vector(dims, () => time++ % (2 * dims) < dims ? 0 : 1);
  },
  "one-hot": (r, dims) => () => {
    const hot = r.integer(dims);
    return vector(dims, (axis) => axis === hot ? 1 : 0);
  },
  "heavy tails": (r, dims) => () =>
    vector(dims, () => Math.max(-1e14, Math.min(1e14, r.normal() / Math.abs(r.normal()) ** 2))),
  "constant coordinates": (r, dims) => () =>
    vector(dims, (axis) => axis % 3 ? axis : (r.integer(3) ? 5 : 0) + r.normal()),
  ring: (r, dims) => () => {
    const angle = 6.2832 * r.uniform();
    return vector(dims, (axis) => 10 * (axis % 2 ? Math.sin(angle) : Math.cos(angle)) + 0.3 * r.normal());
  },
  noise: (r, dims) => {
    const source = blobs(r, dims, (centre) => centre);
    return () => r.integer(5) ? source() : vector(dims, () => 100 * r.uniform() - 40);
  },
  "tiny variance": (r, dims) => () => vector(dims, (axis) => axis ? 1e-25 * r.normal() : r.integer(2)),
};

/** Where a stream may lie, and how large it may be. */
const PLACES: [name: string, scale: number, offset: number][] = [
  ...Array.from({ length: 6 }, (): [string, number, number] => ["", 1, 0]),
  ["huge offset", 1, 1.7e9],
  ["far away", 1, -9e14],
  ["tiny scale", 1e-9, 0],
  ["tinier scale", 1e-22, 0],
  ["large scale", 1e9, 1e10],
];

/** A source of kind `number` (modulo the kinds) in some place, and what it is called. */
export function randomSource(r: Random, dims: number, number = r.integer(1000)): { name: string; next: Source } {
  const names = Object.keys(KINDS),
    kind = names[number % names.length],
    [place, scale, offset] = PLACES[r.integer(PLACES.length)];
  const source = KINDS[kind](r, dims);
  const clip = (x: number) => Math.max(-1e15, Math.min(1e15, x));
  return { name: place ? `${kind}, ${place}` : kind, next: () => source().map((x) => clip(x * scale + offset)) };
}
