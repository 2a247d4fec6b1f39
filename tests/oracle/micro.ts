/** Micro-clusters: additive summaries of what was seen, forgotten by letting later points weigh more. */
import { approach, distance, type Row } from "./lanes.ts";
import type { Cluster, Micro, State } from "./state.ts";

const UNIT_MAX = 1e6, WEIGHT_LEAST = 1e-12;

/** Time passes by one point; `forget` is the share that everything before loses. */
export function tick(s: State, forget: number): void {
  s.time += 1;
  s.unit *= 1 + forget;
  if (s.unit > UNIT_MAX) renormalise(s);
}

/** Sets the unit back to one; what would weigh next to nothing is gone. */
function renormalise(s: State): void {
  const f = 1 / s.unit;
  for (const micro of s.micros) {
    micro.weight *= f;
    micro.scatter *= f;
  }
  removeUnless(s, (micro) => micro.weight >= WEIGHT_LEAST);
  for (const cluster of s.clusters) {
    cluster.weight *= f;
    cluster.typical *= f;
  }
  s.unit = 1;
}

/** The nearest micro-cluster, the first of equals, and the squared distance to it. */
export function findNearest(s: State, point: Row): { micro: Micro | undefined; gap: number } {
  let micro: Micro | undefined, gap = Infinity;
  for (const candidate of s.micros) {
    const z = distance(point, candidate.center);
    if (z < gap) {
      gap = z;
      micro = candidate;
    }
  }
  return { micro, gap };
}

/** A micro-cluster takes in a point at squared distance z: its rate falls as it matures. */
export function absorb(s: State, micro: Micro, z: number, point: Row): void {
  const rate = s.unit / (micro.weight + s.unit);
  micro.scatter += s.unit * (1 - rate) * z;
  micro.weight += s.unit;
  micro.last = s.time;
  approach(micro.center, point, rate);
}

export function insert(s: State, point: Row, cluster: Cluster | undefined, outside: number): Micro {
  const micro = { center: point.slice(), weight: s.unit, scatter: 0, last: s.time, cluster, outside };
  s.micros.push(micro);
  return micro;
}

/** Removes the micro-clusters that are not to be kept, from the last to the first; the last one takes the place of each. */
export function removeUnless(s: State, keep: (micro: Micro) => boolean): void {
  for (let i = s.micros.length - 1; i >= 0; i--) {
    if (keep(s.micros[i])) continue;
    const last = s.micros.pop()!;
    if (i < s.micros.length) s.micros[i] = last;
  }
}

/** Micro-cluster a takes in b; `growth` is what the scatter grows. */
export function unite(a: Micro, b: Micro, growth: number): void {
  const weight = a.weight + b.weight, share = b.weight / weight;
  approach(a.center, b.center, share);
  a.weight = weight;
  a.scatter = a.scatter + b.scatter + growth;
  a.last = Math.max(a.last, b.last);
  if (b.cluster && (!a.cluster || share > 0.5)) a.cluster = b.cluster;
}
