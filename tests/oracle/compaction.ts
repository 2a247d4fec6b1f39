/** Makes room: drops stale singletons and what is forgotten, then merges by least growth of scatter. */
import { f32, sortedIndices } from "./lanes.ts";
import { removeUnless, unite } from "./micro.ts";
import type { Micro, State } from "./state.ts";
import { agglomerate, measure } from "./ward.ts";

const FILL = 0.75, LIGHT = 1.5, LIGHT_LEAST = 0.2, LIGHT_MOST = 0.6, FORGOTTEN = 0.1;
const DROP_PACE = 0.5, PACE_RATE = 0.125, PACE_LEAST = 4, PACE_PRICE = 1.25;

/** A compaction; one that follows fast on another, as it has not for long, asks for a structure step. */
export function makeRoom(s: State): void {
  const gap = s.time - s.lastCompaction, slow = gap > DROP_PACE * s.capacity;
  s.lastCompaction = s.time;
  s.compactions += 1;
  s.pace += PACE_RATE * (gap - s.pace);
  if (!slow && s.pace >= s.capacity) s.untilStructure = 1;
  if (slow && s.cost > 0) dropStale(s);
  removeUnless(s, (micro) => micro.weight >= FORGOTTEN * s.unit);
  s.cost = Math.max(s.cost, mergeDown(s));
  if (s.pace < PACE_LEAST * s.capacity) s.cost *= PACE_PRICE;
}

/** Drops singletons not younger than the median one, where they are neither few nor most. */
function dropStale(s: State): void {
  const isLight = (micro: Micro) => micro.weight < LIGHT * s.unit, age = (micro: Micro) => f32(micro.last - s.time);
  const ages = s.micros.filter(isLight).map(age);
  if (ages.length <= LIGHT_LEAST * s.capacity || ages.length >= LIGHT_MOST * s.capacity) return;
  const cut = ages[sortedIndices(ages)[ages.length >> 1]];
  removeUnless(s, (micro) => !(isLight(micro) && age(micro) <= cut));
}

/** Merges down to a share FILL of the capacity; answers the price of the last merge, 0 where nothing was merged. */
export function mergeDown(s: State): number {
  const { micros } = s, target = Math.trunc(FILL * s.capacity);
  if (micros.length <= target + 4) return 0;
  const weights = Float32Array.from(micros, (micro) => micro.weight / s.unit);
  const merges = agglomerate(measure(micros.map((micro) => micro.center)), weights, target);
  const all = [...micros], gone = new Set<Micro>();
  for (const { into, from, cost } of merges) {
    unite(all[into], all[from], cost * s.unit);
    gone.add(all[from]);
  }
  removeUnless(s, (micro) => !gone.has(micro));
  return merges.at(-1)?.cost ?? 0;
}
