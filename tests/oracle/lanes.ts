/**
 * The arithmetic of the kernel. Centres are single precision: every step of theirs is rounded by Math.fround, or by being
 * stored in a Float32Array. Sums run in four lanes, term k in lane k mod 4, and end as (0 + 1) + (2 + 3).
 */
export const f32 = Math.fround;

/** Coordinates of a point or centre, filled up with zeros to a multiple of four. */
export type Row = Float32Array;

/** Length of a row of `dims` coordinates. */
export const rowLength = (dims: number): number => (dims + 3) & ~3;

/** Sum of the lanes. */
export function sumLanes(lane0: number, lane1: number, lane2: number, lane3: number): number {
  return f32(f32(lane0 + lane1) + f32(lane2 + lane3));
}

/** Squared Euclidean distance. */
export function distance(a: Row, b: Row): number {
  let lane0 = 0, lane1 = 0, lane2 = 0, lane3 = 0;
  for (let k = 0; k < a.length; k += 4) {
    const d0 = f32(a[k] - b[k]),
      d1 = f32(a[k + 1] - b[k + 1]),
      d2 = f32(a[k + 2] - b[k + 2]),
      d3 = f32(a[k + 3] - b[k + 3]);
    lane0 = f32(lane0 + f32(d0 * d0));
    lane1 = f32(lane1 + f32(d1 * d1));
    lane2 = f32(lane2 + f32(d2 * d2));
    lane3 = f32(lane3 + f32(d3 * d3));
  }
  return sumLanes(lane0, lane1, lane2, lane3);
}

/** Projection of a - b on an axis. */
export function project(a: Row, b: Row, axis: Row): number {
  const lanes = new Float32Array(4);
  for (let k = 0; k < a.length; k++) lanes[k & 3] += f32(f32(a[k] - b[k]) * axis[k]);
  return sumLanes(lanes[0], lanes[1], lanes[2], lanes[3]);
}

/** Moves row a towards row b by a share. */
export function approach(a: Row, b: Row, share: number): void {
  const f = f32(share);
  for (let k = 0; k < a.length; k++) a[k] += f32(f * f32(b[k] - a[k]));
}

/** Indices of the keys in ascending order; equal keys in the order of their indices. */
export function sortedIndices(keys: ArrayLike<number>): number[] {
  const indices: number[] = [];
  for (let i = 0; i < keys.length; i++) indices.push(i);
  return indices.sort((i, j) => keys[i] - keys[j] || i - j);
}

/** The first index of the smallest key among those that may be taken; -1 where there is none below infinity. */
export function leastIndex(keys: ArrayLike<number>, may: (i: number) => boolean): number {
  let least = -1;
  for (let i = 0; i < keys.length; i++) {
    if (may(i) && keys[i] < (least < 0 ? Infinity : keys[least])) least = i;
  }
  return least;
}

/** Sum in double precision, in order. */
export function sum(values: Iterable<number>): number {
  let s = 0;
  for (const value of values) s += value;
  return s;
}
