/** Two states become one: their micro-clusters are put together and compacted; weight and mean are conserved. */
import { mergeDown } from "./compaction.ts";
import { clamp } from "./frame.ts";
import { type Row, rowLength } from "./lanes.ts";
import { insert } from "./micro.ts";
import { type State, totalWeight } from "./state.ts";
import { lookAtStructure } from "./structure.ts";

/** Merges another state in; both have learned something. Ids of this state go on; what only the other knew is born here. */
export function mergeStates(s: State, other: State): void {
  const grown = growth(s, other), mine = totalWeight(s) / s.unit;
  for (const micro of s.micros) micro.last += other.time;
  s.lastCompaction += other.time;
  s.compactions += 1;
  s.time += other.time;
  s.cost = Math.max(s.cost, other.cost * grown);
  for (const { center, weight, scatter, last } of other.micros) {
    if (s.micros.length === s.capacity) s.cost = Math.max(s.cost, mergeDown(s));
    const micro = insert(s, enter(s, other, center), undefined, 0);
    micro.weight = weight / other.unit * s.unit;
    micro.scatter = scatter / other.unit * s.unit * grown;
    micro.last = s.time - (other.time - last);
  }
  if (s.options.scaling === "standard") mergeScale(s, other, 1 - mine / (totalWeight(s) / s.unit));
  lookAtStructure(s);
}

/** By how much squared distances grow from the other frame to this one, a mean over the coordinates. */
function growth(s: State, other: State): number {
  let grown = 0;
  for (let k = 0; k < s.dims; k++) grown += (s.factor[k] / other.factor[k]) * (s.factor[k] / other.factor[k]);
  return grown / s.dims;
}

/** A centre of the other state in this one's frame. */
function enter(s: State, other: State, center: Row): Row {
  const row = new Float32Array(rowLength(s.dims));
  for (let k = 0; k < s.dims; k++) {
    const x = other.origin[k] + center[k] / other.factor[k];
    row[k] = clamp((x - s.origin[k]) * s.factor[k]);
  }
  return row;
}

/** The running mean and variance of both, by the share of weight that the other state has. */
function mergeScale(s: State, other: State, share: number): void {
  for (let k = 0; k < s.dims; k++) {
    const e = other.runningMean[k] - s.runningMean[k];
    s.runningMean[k] += share * e;
    s.runningVariance[k] = (1 - share) * s.runningVariance[k] + share * other.runningVariance[k] +
      share * (1 - share) * e * e;
  }
}
