/** What the engine says of a batch: made once per batch, filled block by block. */
import type { Instance } from "./instance.ts";
import type { Assignment } from "./types.ts";

/** An assignment of n points, still empty. Each array has a buffer of its own, to be transferred or read as octets. */
export function createAssignment(points: number, layers: boolean): Assignment {
  const assignment: Assignment = {
    ids: new Int32Array(points),
    outlierScores: new Float32Array(points),
    isOutlier: new Uint8Array(points),
    similarities: new Float32Array(points),
  };
  if (layers) {
    assignment.layers = {
      geometric: new Float32Array(points),
      statistical: new Float32Array(points),
      temporal: new Float32Array(points),
    };
  }
  return assignment;
}

/** Copies what the kernel says of its block's first `points` points to the assignment, from point `at` on. */
export function fillAssignment(
  assignment: Assignment,
  instance: Instance,
  at: number,
  points: number,
  outlierThreshold: number,
): void {
  const { labels, scores, similarities } = instance;
  // Scores are single precision: a score that equals the threshold as written must reach it.
  const threshold = Math.fround(outlierThreshold);
  // A loop, not four sets of subarrays: making those costs more than all the rest of a batch of one point.
  for (let point = 0; point < points; point++) {
    assignment.ids[at + point] = labels[point];
    assignment.outlierScores[at + point] = scores[point];
    assignment.isOutlier[at + point] = scores[point] >= threshold ? 1 : 0;
    assignment.similarities[at + point] = similarities[point];
  }
  if (assignment.layers) fillLayers(assignment.layers, instance.layers, at, points);
}

function fillLayers(layers: NonNullable<Assignment["layers"]>, rows: Float32Array, at: number, points: number): void {
  for (let point = 0; point < points; point++) {
    layers.geometric[at + point] = rows[3 * point];
    layers.statistical[at + point] = rows[3 * point + 1];
    layers.temporal[at + point] = rows[3 * point + 2];
  }
}
