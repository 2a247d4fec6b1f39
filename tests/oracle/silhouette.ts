/** The number of clusters: Ward's dendrogram is cut where the simplified silhouette is best, less what clusters cost. */
import { type Group, single, uniteGroups } from "./group.ts";
import { distance, f32, sum } from "./lanes.ts";
import { type LookAt, secondLook } from "./look.ts";
import type { Core } from "./structure.ts";
import { agglomerate, type Merge } from "./ward.ts";

const CLUSTER_COST = 1, HYSTERESIS = 0.01, REPEATS = 4;

/** A group of the cut at hand, and the squared distances of all points to its mean. */
interface Column {
  root: number;
  group: Group;
  gaps: Float32Array;
}

function gapsTo(group: Group, core: Core): Float32Array {
  return Float32Array.from(core.micros, (micro) => distance(micro.center, group.mean));
}

/** The groups that a cut leaves, by their roots, after some merges. */
function replay(core: Core, merges: readonly Merge[]): (Group | undefined)[] {
  const groups: (Group | undefined)[] = core.micros.map((_, i) => single(core, i));
  for (const merge of merges) applyMerge(groups, merge);
  return groups;
}

function applyMerge(groups: (Group | undefined)[], { into, from }: Merge): void {
  uniteGroups(groups[into]!, groups[from]!);
  groups[from] = undefined;
}

function beginColumns(groups: readonly (Group | undefined)[], core: Core): Column[] {
  return groups.flatMap((group, root) => group ? [{ root, group, gaps: gapsTo(group, core) }] : []);
}

/** The mean of `into` has moved; the last column takes the place of that of `from`: sums run in this order. */
function uniteColumns(columns: Column[], { into, from }: Merge, core: Core): void {
  const kept = columns.find((column) => column.root === into)!,
    gone = columns.findIndex((column) => column.root === from);
  kept.gaps = gapsTo(kept.group, core);
  const last = columns.pop()!;
  if (gone < columns.length) columns[gone] = last;
}

/** Silhouette width of point i of group `own`, times its weight: (b - a) / max(a, b). */
function widthOf(i: number, own: Column, columns: readonly Column[], core: Core): number {
  let other = Infinity;
  for (const column of columns) if (column !== own) other = Math.min(other, column.gaps[i]);
  const a = f32(Math.sqrt(f32(own.gaps[i] + core.variances[i]))), b = f32(Math.sqrt(f32(other + core.variances[i])));
  const most = Math.max(a, b);
  return most > 0 ? f32(core.weights[i] * f32(f32(b - a) / most)) : 0;
}

/** Mean silhouette of the cut: half by point, half by cluster. */
function meanSilhouette(columns: readonly Column[], core: Core, total: number): number {
  let byCluster = 0, all = 0;
  for (const own of columns) {
    const s = sum(own.group.members.map((i) => widthOf(i, own, columns, core)));
    byCluster += s / own.group.mass;
    all += s;
  }
  return 0.5 * byCluster / columns.length + 0.5 * all / total;
}

/** Whether k clusters may be chosen: points that each stand alone are clusters only where they are often repeated. */
const mayBe = (k: number, n: number, parts: number, total: number): boolean =>
  k >= 2 && (k < n || k <= parts || total >= REPEATS * k);

/** The number of merges at the best cut, and the clusters that it leaves; `before` were chosen last and have a bonus. */
function bestCut(core: Core, merges: readonly Merge[], parts: number, most: number, before: number): [number, number] {
  const n = core.micros.length, groups = replay(core, []), total = sum(core.weights);
  let columns: Column[] | undefined, best = -Infinity, kept = merges.length, chosen = 1;
  for (let m = 0; m <= merges.length; m++) {
    const k = n - m;
    if (k <= most && !columns) columns = beginColumns(groups, core);
    if (columns && mayBe(k, n, parts, total)) {
      const bonus = k === before ? HYSTERESIS : 0, evidence = k < n ? total * core.evidence : total;
      const score = meanSilhouette(columns, core, total) * Math.max(0, 1 - CLUSTER_COST * (k - 1) / evidence) + bonus;
      if (score > best) [best, kept, chosen] = [score, m, k];
    }
    if (m === merges.length) break;
    applyMerge(groups, merges[m]);
    if (columns) uniteColumns(columns, merges[m], core);
  }
  return [kept, chosen];
}

/** `chosenBefore`: how many were chosen last. */
type Circumstances = LookAt & { chosenBefore: number };

/** The clusters of the core, and how many the silhouette chose (a second look may have split some). */
export function chooseClusters(
  core: Core,
  gaps: readonly Float32Array[],
  parts: number,
  { before, dense, dims, maxClusters, chosenBefore }: Circumstances,
): { groups: (Group | undefined)[]; chosen: number } {
  const merges = agglomerate(gaps, core.weights, Math.max(1, parts), core.parts);
  const [kept, chosen] = bestCut(core, merges, parts, maxClusters, chosenBefore);
  const standing = secondLook(core, merges.slice(0, kept), { before, dense, dims, maxClusters });
  return { groups: replay(core, standing), chosen };
}
