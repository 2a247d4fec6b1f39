/** A large batch is learned in slices, so that other requests have their turn between them. */
import type { Assignment } from "../../engine/mod.ts";
import type { Clock } from "../clock.ts";
import { othersTurn } from "../turn.ts";
import type { FlatPoints } from "./change.ts";
import type { StreamState } from "./state.ts";

/** A batch is learned for so long at a time. */
const SLICE_MS = 20;

/** Learns points; `time_ms` is the time spent on them alone. Throws NcsError before anything is learned. */
export async function learnInSlices(
  state: StreamState,
  points: FlatPoints,
  dims: number,
  layers: boolean,
  clock: Clock,
): Promise<{ assignment: Assignment; time_ms: number }> {
  const blocks = state.learn(points, dims, layers);
  for (let time_ms = 0;;) {
    const began = clock.elapsed();
    let next = blocks.next();
    while (!next.done && clock.elapsed() - began < SLICE_MS) next = blocks.next();
    time_ms += clock.elapsed() - began;
    if (next.done) return { assignment: next.value, time_ms };
    await othersTurn();
  }
}
