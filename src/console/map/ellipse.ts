/** The ellipse of a cluster: of its latest points where there are enough of them, else the disc of its radius. */

export interface Ellipse {
  x: number;
  y: number;
  /** Half axes, and the turn of the first against the x axis in radians. */
  a: number;
  b: number;
  turn: number;
}

const POINTS_MIN = 12;
/** Deviations that the half axes span: the radius is the root of the summed variances, of which a plane has two. */
const SPAN = 2;

/** A cluster's disc in the plane: of a radius over `dims` dimensions two are seen. */
export function disc(x: number, y: number, radius: number, dims: number): Ellipse {
  const r = SPAN * radius / Math.sqrt(Math.max(1, dims));
  return { x, y, a: r, b: r, turn: 0 };
}

/** The ellipse of points in the plane; undefined where there are too few. */
export function ellipseOf(points: readonly (readonly [number, number])[]): Ellipse | undefined {
  if (points.length < POINTS_MIN) return undefined;
  const mean = (value: (p: readonly [number, number]) => number) =>
    points.reduce((sum, p) => sum + value(p), 0) / points.length;
  const x = mean((p) => p[0]), y = mean((p) => p[1]);
  const xx = mean((p) => (p[0] - x) ** 2), yy = mean((p) => (p[1] - y) ** 2), xy = mean((p) => (p[0] - x) * (p[1] - y));
  const half = (xx + yy) / 2, gap = Math.hypot((xx - yy) / 2, xy);
  const a = SPAN * Math.sqrt(half + gap), b = SPAN * Math.sqrt(Math.max(half - gap, 0));
  return { x, y, a, b, turn: Math.atan2(2 * xy, xx - yy) / 2 };
}
