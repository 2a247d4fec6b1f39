/** Two neighbouring clusters with no valley between them are one: on the line between their means, or along the density graph. */
import { Density, reaches } from "./density.ts";
import { apart, type Group, uniteGroups } from "./group.ts";
import { distance, f32, sortedIndices } from "./lanes.ts";
import { areLike, lookRound } from "./round.ts";
import type { State } from "./state.ts";
import type { Core } from "./structure.ts";
import { valleyRatio } from "./valley.ts";

const JOIN_KERNEL = 0.05, PER_CLUSTER = 4, CHANCE = 0.5, NEAR = 4, LINE_KERNEL = 0.35, SLACK_LEAST = 0.3;
const PIECES = f32(1.2), CLEAR = 0.5;

/** Two groups by number, and how similar they are. */
interface Pair {
  a: number;
  b: number;
  ratio: number;
}

/** Groups on the way to clusters: those that were joined to another are gone, the numbers of the others stay. */
class Joining {
  left: number;
  /** By pair: similarity on the line; that of the most similar pieces; the highest saddle on the graph. By group: its peak. */
  #lines = new Map<number, number>();
  #linked = new Map<number, number>();
  #saddles = new Map<number, number>();
  #peaks: number[] = [];
  /** By point: its piece, the group that it was in before any join. By pair of pieces: where the graph does not lead. */
  #pieces: number[] = [];
  #barred = new Set<number>();

  constructor(readonly groups: (Group | undefined)[], readonly core: Core, readonly dims: number) {
    this.left = groups.length;
  }

  #key(a: number, b: number): number {
    return Math.min(a, b) * this.groups.length + Math.max(a, b);
  }

  #alive(): number[] {
    return [...this.groups.keys()].filter((a) => this.groups[a]);
  }

  /** Whether two groups are left that may join. */
  get possible(): boolean {
    const alive = this.#alive();
    return alive.some((a) => alive.some((b) => a !== b && !apart(this.groups[a]!, this.groups[b]!)));
  }

  /** Each group with its nearest few, by the valley on the line between them. */
  *#byLine(): Generator<Pair> {
    const alive = this.#alive();
    for (const a of alive) {
      const others = alive.filter((b) => b !== a);
      const gaps = others.map((b) => distance(this.groups[a]!.mean, this.groups[b]!.mean));
      for (const b of sortedIndices(gaps).slice(0, NEAR).map((m) => others[m])) {
        if (!apart(this.groups[a]!, this.groups[b]!)) yield { a, b, ratio: this.#lineRatio(a, b) };
      }
    }
  }

  /** What was joined is no more similar to a third group than the most similar of its pieces was, times a little. */
  #lineRatio(a: number, b: number): number {
    const key = this.#key(a, b), known = this.#lines.get(key);
    if (known !== undefined) return known;
    const first = this.groups[Math.min(a, b)]!, second = this.groups[Math.max(a, b)]!;
    const valley = f32(valleyRatio(first, second, this.core, this.dims, LINE_KERNEL));
    const linked = this.#linked.get(key) ?? valley, ratio = Math.min(valley, f32(PIECES * linked));
    this.#linked.set(key, linked);
    this.#lines.set(key, ratio);
    return ratio;
  }

  *#byGraph(slack: number): Generator<Pair> {
    const alive = this.#alive();
    for (const a of alive) {
      for (const b of alive) {
        const saddle = a < b && !apart(this.groups[a]!, this.groups[b]!) ? this.#saddles.get(this.#key(a, b)) ?? 0 : 0;
        if (saddle > 0) yield { a, b, ratio: saddle / Math.min(this.#peaks[a], this.#peaks[b]) / slack };
      }
    }
  }

  /** Whether two groups are round and of like size: then the straight line tells all. In one dimension everything is round. */
  #areRound({ a, b }: Pair): boolean {
    const [p, q] = [a, b].map((g) => {
      const { members, mean } = this.groups[g]!;
      return lookRound(members, mean, this.core, this.dims);
    });
    return this.dims > 1 && p.even && q.even && areLike(p.radius2, q.radius2);
  }

  /** Between pieces that are round and of like size the graph does not lead across a clear valley. */
  bar(): void {
    this.groups.forEach((group, a) => group!.members.forEach((i) => this.#pieces[i] = a));
    for (const pair of this.#byLine()) {
      if (pair.ratio < CLEAR && this.#areRound(pair)) this.#barred.add(this.#key(pair.a, pair.b));
    }
  }

  /** Highest saddle between each two groups, and each group's peak. */
  measureGraph(density: Density): void {
    const owner: number[] = [];
    this.groups.forEach((group, a) => group?.members.forEach((i) => owner[i] = a));
    this.#peaks = this.groups.map((group) => Math.max(0, ...(group?.members ?? []).map((i) => density.at[i])));
    this.#saddles.clear();
    for (let i = 0; i < owner.length; i++) {
      for (let j = 0; j < i; j++) {
        const a = owner[i], b = owner[j], key = this.#key(a, b), known = this.#saddles.get(key) ?? 0;
        if (a === b || !density.areNear(i, j) || apart(this.groups[a]!, this.groups[b]!)) continue;
        if (this.#barred.has(this.#key(this.#pieces[i], this.#pieces[j]))) continue;
        if (Math.min(density.at[i], density.at[j]) > known) {
          this.#saddles.set(key, Math.max(known, density.saddle(i, j)));
        }
      }
    }
  }

  /** The most similar pair above the threshold, the first of equals: by the line, then by the graph if it was measured. */
  best(threshold: number, slack: number | undefined): Pair | undefined {
    let best: Pair | undefined;
    const isBetter = ({ ratio }: Pair) => ratio > (best?.ratio ?? threshold);
    for (const pair of this.#byLine()) if (isBetter(pair)) best = pair;
    if (slack === undefined) return best;
    for (const pair of this.#byGraph(slack)) if (isBetter(pair) && !this.#areRound(pair)) best = pair;
    return best;
  }

  /** The group of the lower number takes in the other. */
  join(pair: Pair): void {
    const a = Math.min(pair.a, pair.b), b = Math.max(pair.a, pair.b);
    uniteGroups(this.groups[a]!, this.groups[b]!);
    this.groups[b] = undefined;
    this.left -= 1;
    this.#peaks[a] = Math.max(this.#peaks[a], this.#peaks[b]);
    for (let c = 0; c < this.groups.length; c++) {
      const mine = this.#key(a, c), theirs = this.#key(b, c);
      this.#lines.delete(mine);
      if (c === a || c === b) continue;
      for (const known of [this.#saddles, this.#linked]) {
        known.set(mine, Math.max(known.get(mine) ?? 0, known.get(theirs) ?? 0));
      }
    }
  }
}

/** Joins until nothing joins; answers the groups by number, undefined where one was joined to another. */
export function joinClusters(
  s: State,
  core: Core,
  groups: Group[],
  gaps: readonly Float32Array[],
  dense: boolean,
  total: number,
): (Group | undefined)[] {
  const { baseThreshold } = s.options, joining = new Joining(groups, core, s.dims);
  if (groups.length === core.micros.length) return groups;
  if (dense) joining.bar();
  for (let before = 0; joining.left > 1 && joining.left !== before && joining.possible;) {
    before = joining.left; // fewer clusters allow a wider kernel
    const want = Math.min(JOIN_KERNEL, 1 / (PER_CLUSTER * before)) * total;
    if (dense) joining.measureGraph(new Density(core, gaps, reaches(core, gaps, want)));
    const slack = dense ? Math.max(SLACK_LEAST, 1 - CHANCE / Math.sqrt(want * core.evidence)) : undefined;
    const threshold = dense ? baseThreshold : 1 - (1 - baseThreshold) / 3; // a projection fills valleys
    for (let pair; (pair = joining.best(threshold, slack));) joining.join(pair);
    if (!dense) break;
  }
  return joining.groups;
}
