/** A group of core micro-clusters on the way to a cluster: its mean moves with what it takes in. */
import { approach, f32, type Row } from "./lanes.ts";
import type { Core } from "./structure.ts";

export interface Group {
  mean: Row;
  mass: number;
  /** Numbers of its points in the core. */
  members: number[];
  /** The part that it lies in, -1: none. */
  part: number;
}

export function single(core: Core, i: number): Group {
  return { mean: core.micros[i].center.slice(), mass: core.weights[i], members: [i], part: core.parts[i] };
}

/** Group a takes in group b. */
export function uniteGroups(a: Group, b: Group): void {
  const mass = f32(a.mass + b.mass);
  approach(a.mean, b.mean, b.mass / mass);
  a.mass = mass;
  if (a.part < 0) a.part = b.part;
  a.members = [...a.members, ...b.members].sort((i, j) => i - j);
}

/** Whether two groups lie in different parts: then they never join. */
export const apart = (a: Group, b: Group): boolean => a.part >= 0 && b.part >= 0 && a.part !== b.part;
