/** The colour of a cluster: its id's for as long as it lives, and far from those of its neighbours in number. */

/** Turns between one id and the next: the golden angle never comes back to where it was. */
const TURN = 137.508;

export function colourOf(id: number, isDark: boolean): string {
  const hue = (210 + id * TURN) % 360;
  return isDark ? `oklch(0.78 0.13 ${hue.toFixed(1)})` : `oklch(0.56 0.15 ${hue.toFixed(1)})`;
}
