/**
 * The least that CI accepts, as means of the Rand index over a group. Each is what the kernel reached with its defaults,
 * less 0.01: 0.993, 0.918 and 0.512 on the shared streams, 0.986 on generated ones.
 */
import { mean, type Score } from "./score.ts";

/** By kind of stream; streams of all other kinds are generated ones and count together. */
export const FLOORS: Readonly<Record<string, number>> = { synthetic: 0.983, shapes: 0.908, real: 0.502 };
export const GENERATED_FLOOR = 0.976;

export interface FloorCheck {
  group: string;
  ari: number;
  floor: number;
  holds: boolean;
}

/** Compares the means of the scored groups with their floors. */
export function checkFloors(scores: readonly Score[]): FloorCheck[] {
  const groups = Map.groupBy(scores, ({ kind }) => kind in FLOORS ? kind : "generated");
  return [...groups].map(([group, members]) => {
    const ari = mean(members.map((member) => member.ari)), floor = FLOORS[group] ?? GENERATED_FLOOR;
    return { group, ari, floor, holds: ari >= floor };
  });
}
