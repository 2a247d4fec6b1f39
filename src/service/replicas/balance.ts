/** How many streams each replica should have. */
import type { Member, Replica } from "../../store/mod.ts";

/** Streams are counted before they are handed over, so that a larger step would act on counts that hold no more. */
const STEP_MAX = 200;

/**
 * To whom the streams go that a replica has beyond its share, one id each. Nobody gives more than its own surplus, so that
 * several that give to one newcomer do not bury it; a replica that leaves gives all it has.
 */
export function surplusOf(self: Replica, members: readonly Member[], held: number): string[] {
  const others = members.filter(({ id, isLeaving }) => id !== self.id && !isLeaving);
  if (others.length === 0) return [];
  const counts = new Map(others.map(({ id, streams }) => [id, streams]));
  const total = members.reduce((sum, { streams }) => sum + streams, 0);
  const share = self.isLeaving ? 0 : Math.ceil(total / (others.length + 1));
  const given: string[] = [];
  const most = self.isLeaving ? held : Math.min(held - share, STEP_MAX);
  while (given.length < most) {
    const [to, count] = [...counts].reduce((least, one) => one[1] < least[1] ? one : least);
    // Where the others have their share too, the counts are of a moment ago.
    if (!self.isLeaving && count >= share) break;
    counts.set(to, count + 1);
    given.push(to);
  }
  return given;
}
