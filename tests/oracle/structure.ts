/** The structure step: groups the micro-clusters into clusters, and hands on the ids. */
import { Density, knownReaches, weightedMedian } from "./density.ts";
import { age } from "./drift.ts";
import { moveFrame } from "./frame.ts";
import { handOnIds } from "./identity.ts";
import { joinClusters } from "./join.ts";
import { leastIndex } from "./lanes.ts";
import { setApart } from "./newcomers.ts";
import { evidenceOf } from "./novelty.ts";
import { findParts } from "./parts.ts";
import { chooseClusters } from "./silhouette.ts";
import { type Micro, type State, totalWeight } from "./state.ts";
import { measure } from "./ward.ts";

const EVERY = 1000, MOST = 4000, GROWTH = 0.15, CONFIRM_STEP = 200, KEPT = 0.999, RATE_LEAST = 1e-200;
const CORE_POINTS = 3, CORE_SHARE = 0.002, FLOOR_SHARE = 0.05, YOUNG_SHARE = 0.5;

/** The micro-clusters that weigh enough: their weights in points, variances, and the part that each lies in (-1: none). */
export interface Core {
  micros: Micro[];
  weights: Float32Array;
  variances: Float32Array;
  parts: Int32Array;
  /** Share of the weight that is evidence: less than one where points come again. */
  evidence: number;
}

/** Brings the frame up to date, looks at the structure, and says when to look again: later where nothing changes. */
export function lookAtStructure(s: State): void {
  moveFrame(s);
  const before = s.sequence;
  const kept = findStructure(s);
  s.structureSteps += 1;
  s.unexplained = 0;
  if (s.unexplainedRate < RATE_LEAST) s.unexplainedRate = 0;
  s.wait = s.sequence === before && kept >= KEPT ? Math.min(MOST, 2 * s.wait) : EVERY;
  s.untilStructure = Math.min(s.waiting ? CONFIRM_STEP : s.wait, Math.ceil(age(s) * GROWTH));
}

/** Answers the share of the weight that kept its cluster. */
function findStructure(s: State): number {
  const core = chooseCore(s), gaps = measure(core.micros.map((micro) => micro.center)), total = totalWeight(s) / s.unit;
  const { dims, options: { maxClusters } } = s;
  setVariances(s, core, gaps);
  const known = knownReaches(core, gaps, dims, total);
  const dense = known !== undefined;
  let parts = 0;
  core.evidence = evidenceOf(s, total);
  if (known) {
    ({ parts: core.parts, count: parts } = findParts(core, new Density(core, gaps, known), total, maxClusters));
  }
  const { groups, chosen } = chooseClusters(core, gaps, parts, {
    before: s.clusters,
    dense,
    dims,
    maxClusters,
    chosenBefore: s.chosen,
  });
  s.chosen = chosen;
  return handOnIds(s, core, joinClusters(s, core, setApart(s, core, groups), gaps, dense, total));
}

function chooseCore(s: State): Core {
  const total = totalWeight(s);
  const enough = Math.min(CORE_POINTS * s.unit, CORE_SHARE * total, 0.5 * total / s.micros.length);
  const micros = s.micros.filter((micro) => micro.weight >= enough), n = micros.length;
  const weights = Float32Array.from(micros, (micro) => micro.weight / s.unit);
  return { micros, weights, variances: new Float32Array(n), parts: new Int32Array(n).fill(-1), evidence: 1 };
}

/** Variances, floored: duplicated points look like perfect clusters. Before the first compaction each point stands alone. */
function setVariances(s: State, core: Core, gaps: readonly Float32Array[]): void {
  const floor = s.compactions > 0 ? FLOOR_SHARE * s.cost : YOUNG_SHARE * typicalGap(core, gaps);
  core.variances = Float32Array.from(core.micros, (micro) => Math.max(micro.scatter / micro.weight, floor));
}

/** Typical squared distance to the next point. */
function typicalGap(core: Core, gaps: readonly Float32Array[]): number {
  if (gaps.length < 2) return 0;
  return weightedMedian(gaps.map((row, i) => row[leastIndex(row, (j) => j !== i)]), core);
}
