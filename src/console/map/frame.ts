/** The part of the plane that the map shows. */

export interface Frame {
  left: number;
  right: number;
  low: number;
  high: number;
}

/** One axis may be stretched against the other up to so much before circles are drawn as they are. */
const STRETCH_MAX = 3;
const MARGIN = 0.08;

/** The least frame that holds discs about points; undefined without any. */
export function frameAround(discs: readonly { x: number; y: number; r: number }[]): Frame | undefined {
  if (discs.length === 0) return undefined;
  const least = (value: (disc: typeof discs[number]) => number) =>
    discs.reduce((m, d) => Math.min(m, value(d)), Infinity);
  const left = least(({ x, r }) => x - r), right = -least(({ x, r }) => -x - r);
  const low = least(({ y, r }) => y - r), high = -least(({ y, r }) => -y - r);
  return { left, right, low, high };
}

/** The frame with a margin, as broad as the picture: the same scale on both axes where that leaves room for both. */
export function fitted({ left, right, low, high }: Frame, aspect: number): Frame {
  const width = (right - left) * (1 + 2 * MARGIN) || 1, height = (high - low) * (1 + 2 * MARGIN) || 1;
  const x = (left + right) / 2, y = (low + high) / 2;
  const ratio = width / height / aspect, isFar = ratio > STRETCH_MAX || ratio < 1 / STRETCH_MAX;
  const w = isFar || ratio > 1 ? width : height * aspect, h = isFar || ratio < 1 ? height : width / aspect;
  return { left: x - w / 2, right: x + w / 2, low: y - h / 2, high: y + h / 2 };
}

/** A step from one frame towards another; `share` 1 is all the way. */
export function towards(from: Frame | undefined, to: Frame, share: number): Frame {
  if (!from) return to;
  const near = (a: number, b: number) => a + (b - a) * share;
  return {
    left: near(from.left, to.left),
    right: near(from.right, to.right),
    low: near(from.low, to.low),
    high: near(from.high, to.high),
  };
}
