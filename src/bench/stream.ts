/** The stream that benches learn: ten drifting Gaussians of deviation one, ten deviations apart to begin with. */
import { draw, place } from "../quality/mixture.ts";
import { ball, vector } from "../quality/shapes.ts";
import { random } from "../random.ts";

const CLUSTERS = 10, APART = 10, TRAVEL = 3, SEED = 1;

/** Shape (points x dims), row-major; the same for the same arguments. */
export function driftingGaussians(points: number, dims: number): Float32Array {
  const r = random(SEED, `bench ${dims}`);
  const centres = place(Array.from({ length: CLUSTERS }, () => () => vector(dims, () => 0)), APART, APART, r);
  const parts = centres.map((centre) => {
    const way = vector(dims, () => TRAVEL * r.normal() / Math.sqrt(dims));
    return { shape: ball(dims, 1), centre, motion: (time: number) => way.map((step) => step * time) };
  });
  return draw(parts, points, r).points;
}
