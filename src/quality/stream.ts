/** A labelled stream, where it comes from apart: what quality is measured on. */

export interface LabelledStream {
  name: string;
  /** Group whose mean is reported. */
  kind: string;
  dims: number;
  /** True clusters over the whole stream. */
  k: number;
  /** Shape (n x dims), row-major. */
  points: Float32Array;
  /** True cluster of each point, -1: noise. Shape (n). */
  truth: Int32Array;
}

/** Fewest points, and fewest clusters, on each side of an abrupt change. */
const SIDE_POINTS = 1000, SIDE_CLUSTERS = 2;

/** Indices of the points at which every cluster gives way to new ones at once: known abrupt changes. */
export function abruptChanges({ truth }: Pick<LabelledStream, "truth">): number[] {
  const last = new Map<number, number>();
  truth.forEach((label, i) => label >= 0 && last.set(label, i));
  const starts = [0];
  let open = -1;
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] < 0) continue;
    if (i > open && open >= 0) starts.push(i);
    open = Math.max(open, last.get(truth[i])!);
  }
  const rich = starts.every((from, s) => {
    const side = truth.subarray(from, starts[s + 1] ?? truth.length);
    return side.length >= SIDE_POINTS && new Set(side.filter((label) => label >= 0)).size >= SIDE_CLUSTERS;
  });
  return rich ? starts.slice(1) : [];
}
