/**
 * The protocol: a stream is labelled point by point as it arrives, with defaults; agreement is the mean over chunks of 500 points
 * from the third on. Where there is one true cluster, the share of the commonest label stands for the Rand index.
 */
import { adjustedRand, commonestShare, contingency, normalisedMutualInformation, purity, rocAuc } from "./metrics.ts";
import { abruptChanges, type LabelledStream } from "./stream.ts";

const CHUNK = 500, WARM_UP = 2 * CHUNK;

/** What a program said of a stream. */
export interface Labelling {
  /** Shape (n). */
  ids: Int32Array;
  /** Shape (n). */
  outlierScores: Float32Array;
  /** Numbers of the points (from 1) at which a drift was flagged. */
  drifts: number[];
  seconds: number;
}

/** The figures of one stream; null where a figure has no meaning. */
export interface Score {
  stream: string;
  kind: string;
  dims: number;
  points: number;
  k: number;
  ari: number;
  nmi: number;
  purity: number;
  /** Mean number of different labels in a chunk. */
  ids_per_chunk: number;
  /** Different ids over the whole stream. */
  ids_total: number;
  /** Share of points that were called noise and are not. */
  wrong_noise: number;
  outlier_auc: number | null;
  /** Points from a known change to its flag, mean; a change never flagged counts up to the next one. */
  drift_delay: number | null;
  drifts: number;
  points_per_second: number;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean delay of the flags after the known changes; null where no change is known. */
export function driftDelay(changes: readonly number[], drifts: readonly number[], n: number): number | null {
  if (changes.length === 0) return null;
  const delays = changes.map((change, i) => {
    const end = changes[i + 1] ?? n;
    const flag = drifts.find((point) => point > change && point <= end) ?? end;
    return flag - change;
  });
  return mean(delays);
}

function outlierAuc({ truth }: LabelledStream, scores: Float32Array): number | null {
  const noise = Uint8Array.from(truth, (label) => label < 0 ? 1 : 0);
  const auc = rocAuc(noise, scores, WARM_UP);
  return Number.isNaN(auc) ? null : auc;
}

/** Scores a labelling against the truth of its stream. The stream must hold at least three chunks. */
export function score(stream: LabelledStream, labelling: Labelling): Score {
  const { truth, k } = stream, { ids } = labelling, n = truth.length;
  if (n < WARM_UP + CHUNK) {
    throw new RangeError(`${stream.name}: ${n} points are too few to score, ${WARM_UP + CHUNK} needed`);
  }
  const chunks = [];
  for (let from = WARM_UP; from + CHUNK <= n; from += CHUNK) {
    const table = contingency(truth, ids, from, from + CHUNK);
    chunks.push({
      ari: k === 1 ? commonestShare(table) : adjustedRand(table),
      nmi: normalisedMutualInformation(table),
      purity: purity(table),
      ids: new Set(ids.subarray(from, from + CHUNK)).size,
    });
  }
  let wrong = 0;
  for (let i = WARM_UP; i < n; i++) if (truth[i] >= 0 && ids[i] < 0) wrong++;
  return {
    stream: stream.name,
    kind: stream.kind,
    dims: stream.dims,
    points: n,
    k,
    ari: mean(chunks.map((chunk) => chunk.ari)),
    nmi: mean(chunks.map((chunk) => chunk.nmi)),
    purity: mean(chunks.map((chunk) => chunk.purity)),
    ids_per_chunk: mean(chunks.map((chunk) => chunk.ids)),
    ids_total: new Set(ids).size,
    wrong_noise: wrong / n,
    outlier_auc: outlierAuc(stream, labelling.outlierScores),
    drift_delay: driftDelay(abruptChanges(stream), labelling.drifts, n),
    drifts: labelling.drifts.length,
    points_per_second: n / labelling.seconds,
  };
}
