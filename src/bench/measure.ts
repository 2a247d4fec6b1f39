/** Times of interleaved contestants: each round runs all of them once, so that a busy machine slows them alike. */

export interface Contestant {
  /** Runs before the clock starts. */
  prepare?(): void;
  /** What is timed; answers how many points it took. */
  run(): number;
}

/** Points per second of each contestant in its best round: what it can do when nothing else runs. */
export function race<Name extends string>(contestants: Record<Name, Contestant>, rounds: number): Record<Name, number> {
  const best = {} as Record<Name, number>;
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(contestants) as Name[]) {
      contestants[name].prepare?.();
      const start = performance.now(), points = contestants[name].run();
      best[name] = Math.max(best[name] ?? 0, points / (performance.now() - start) * 1000);
    }
  }
  return best;
}
