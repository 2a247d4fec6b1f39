/** How odd a point is, judged before it is learned: far from its cluster, farther than usual, alone in its place. */
import type { Cluster, Micro, State } from "./state.ts";

/** A squared distance of so many variances is a cluster's reach. */
export const REACH = 9;
const NEAR = 8, USUAL_POINTS = 20, USUAL_RATE = 0.02;

export interface Judgement {
  geometric: number;
  statistical: number;
  temporal: number;
  score: number;
  similarity: number;
}

/** The cluster of a micro-cluster, if a point at squared distance z lies within its reach. */
export function explain(micro: Micro, z: number, cost: number): Cluster | undefined {
  const { cluster } = micro;
  return cluster && z <= REACH * Math.max(cluster.variance, cost) ? cluster : undefined;
}

/** Judges a point at squared distance z from its nearest micro-cluster. */
export function judgePoint(s: State, micro: Micro | undefined, z: number, early: boolean, learns: boolean): Judgement {
  const said: Judgement = { geometric: 0, statistical: 0, temporal: 0, score: 0, similarity: micro ? 0 : 1 };
  if (!micro) return said;
  const { cluster } = micro, out = z + micro.outside;
  const far = cluster ? out / (REACH * Math.max(cluster.variance, s.cost) + 1e-30) : 0;
  if (cluster) said.similarity = 1 / (1 + far);
  if (early) return said;
  const alone = s.unit + (z <= s.cost ? micro.weight : 0);
  if (cluster) {
    said.geometric = far / (1 + far);
    said.temporal = cluster.typical / (cluster.typical + NEAR * alone);
    said.statistical = judgeUsual(cluster, Math.sqrt(out), far, learns);
  } else {
    said.geometric = said.statistical = 1;
    said.temporal = s.unit / alone;
  }
  said.score = 0.4 * said.geometric + 0.3 * said.statistical + 0.3 * said.temporal;
  return said;
}

/** Similarity of one of the first points, once it is learned: to the micro-cluster that was nearest, if that is of its cluster. */
export function judgeEarly(s: State, micro: Micro | undefined, z: number, cluster: Cluster | undefined): number {
  if (!cluster || micro?.cluster !== cluster) return 1;
  return 1 / (1 + z / (REACH * Math.max(cluster.variance, s.cost) + 1e-30));
}

/** A half at three deviations beyond the usual distance; the cluster learns what is usual from what is within reach. */
function judgeUsual(cluster: Cluster, distance: number, far: number, learns: boolean): number {
  const over = distance - cluster.usual, { seen, deviation2 } = cluster, known = seen >= USUAL_POINTS;
  const said = known && over > 0 ? over * over / (over * over + 9 * deviation2 + 1e-30) : 0;
  if (!learns || (far >= 1 && known)) return said;
  const rate = Math.max(USUAL_RATE, 1 / (seen + 1));
  const e = seen + 1 <= USUAL_POINTS ? over : Math.min(over, 3 * Math.sqrt(deviation2));
  cluster.seen += 1;
  cluster.usual += rate * e;
  cluster.deviation2 += rate * ((1 - rate) * e * e - deviation2);
  return said;
}
