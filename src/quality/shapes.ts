/** Shapes that clusters take: each is a function that draws one point of the shape, centred near the origin. */
import type { Random } from "../random.ts";

/** Draws a point; shape (dims). */
export type Shape = (r: Random) => number[];

export function vector(dims: number, value: (axis: number) => number): number[] {
  return Array.from({ length: dims }, (_, axis) => value(axis));
}

/** Gaussian with the same deviation in each dimension. */
export function ball(dims: number, sigma: number): Shape {
  return (r) => vector(dims, () => sigma * r.normal());
}

/** Uniform in a box of the given sides. */
export function box(...sides: number[]): Shape {
  return (r) => sides.map((side) => side * (r.uniform() - 0.5));
}

/** Orthonormal axes in a random direction (Gram-Schmidt on Gaussian vectors). Shape (dims, dims). */
export function randomAxes(r: Random, dims: number): number[][] {
  const axes: number[][] = [];
  while (axes.length < dims) {
    let candidate = vector(dims, () => r.normal());
    for (const axis of axes) {
      const along = candidate.reduce((sum, x, i) => sum + x * axis[i], 0);
      candidate = candidate.map((x, i) => x - along * axis[i]);
    }
    const length = Math.hypot(...candidate);
    axes.push(candidate.map((x) => x / length));
  }
  return axes;
}

/** Gaussian with its own deviation along each of the given axes. */
export function ellipsoid(axes: number[][], sigmas: number[]): Shape {
  return (r) => {
    const along = sigmas.map((sigma) => sigma * r.normal());
    return vector(axes.length, (i) => axes.reduce((sum, axis, a) => sum + along[a] * axis[i], 0));
  };
}

/** A curve in the plane, given by its parameter in [0, 1], with Gaussian breadth. */
function curve(at: (u: number) => [number, number], sigma: number): Shape {
  return (r) => at(r.uniform()).map((x) => x + sigma * r.normal());
}

/** Part of a circle from one angle to another (radians), about its centre. */
export function arc(radius: number, from: number, to: number, sigma: number): Shape {
  return curve((u) => {
    const angle = from + u * (to - from);
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }, sigma);
}

export function ring(radius: number, sigma: number): Shape {
  return arc(radius, 0, 2 * Math.PI, sigma);
}

/** One arm of an Archimedean spiral of the given number of turns; sqrt spreads the points evenly along it. */
export function spiralArm(turns: number, start: number, sigma: number): Shape {
  return curve((u) => {
    const t = 0.3 + 0.7 * Math.sqrt(u), angle = start + 2 * Math.PI * turns * t;
    return [2 * t * Math.cos(angle), 2 * t * Math.sin(angle)];
  }, sigma);
}

/** The letter L: two bars that meet at the origin. */
export function corner(length: number, sigma: number): Shape {
  return (r) => {
    const at = length * (2 * r.uniform() - 1), x = sigma * r.normal(), y = sigma * r.normal();
    return at > 0 ? [at + x, y] : [x, y - at];
  };
}
