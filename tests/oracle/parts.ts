/** Parts of the stream that only deep valleys of the density separate (ToMATo). */
import type { Density } from "./density.ts";
import { leastIndex, sortedIndices } from "./lanes.ts";
import type { Core } from "./structure.ts";

const VALLEY = 0.5, CHANCE = 4, SLACK_LEAST = 0.3, SHARE = 0.05, POINTS = 10;

interface Edge {
  into: number;
  from: number;
  saddle: number;
}

/** The widest spanning forest over saddles between near points (Prim): of all edges, only its own can join two hills. */
function spanningForest(density: Density): Edge[] {
  const n = density.at.length, edges: Edge[] = [], done = new Uint8Array(n);
  const best = new Float32Array(n), from = new Int32Array(n); // best: saddle to the forest so far, negated; 0: none
  for (let m = 0; m < n; m++) {
    const u = leastIndex(best, (i) => !done[i]);
    if (best[u] < 0) edges.push({ into: from[u], from: u, saddle: -best[u] });
    done[u] = 1;
    for (let j = 0; j < n; j++) {
      if (done[j] || !density.areNear(u, j) || Math.min(density.at[u], density.at[j]) <= -best[j]) continue;
      const saddle = density.saddle(u, j);
      if (saddle <= -best[j]) continue;
      best[j] = -saddle;
      from[j] = u;
    }
  }
  return edges;
}

/** Whether a saddle lies deep below a peak: less counts where few points make the peak, they make valleys by chance. */
const isDeep = (saddle: number, peak: number, { evidence }: Core): boolean =>
  saddle < VALLEY * Math.max(SLACK_LEAST, 1 - CHANCE / (peak * evidence)) * peak;

/** Hills joined from the highest saddle down, except across a deep valley between two that are both heavy. */
function joinHills(core: Core, density: Density, small: number): { peak: (i: number) => number; mass: Float32Array } {
  const up = Array.from(density.at, (_, i) => i), mass = core.weights.slice(), edges = spanningForest(density);
  const peak = (i: number) => {
    while (up[i] !== i) i = up[i];
    return i;
  };
  for (const e of sortedIndices(edges.map((edge) => -edge.saddle))) {
    const { into, from, saddle } = edges[e];
    let high = peak(into), low = peak(from);
    if (density.at[high] < density.at[low]) [high, low] = [low, high];
    if (isDeep(saddle, density.at[low], core) && Math.min(mass[high], mass[low]) >= small) continue;
    up[low] = high;
    mass[high] += mass[low];
  }
  return { peak, mass };
}

/** The part of each point, numbered by weight, heaviest first (-1: in none), and how many there are. */
export function findParts(
  core: Core,
  density: Density,
  total: number,
  most: number,
): { parts: Int32Array; count: number } {
  const small = Math.max(SHARE * total, POINTS), { peak, mass } = joinHills(core, density, small);
  const points = [...density.at.keys()], peaks = points.filter((i) => peak(i) === i);
  const heavy = sortedIndices(peaks.map((i) => -mass[i])).map((m) => peaks[m]).filter((i) => mass[i] >= small).slice(
    0,
    most,
  );
  return { parts: Int32Array.from(points, (i) => heavy.indexOf(peak(i))), count: heavy.length };
}
