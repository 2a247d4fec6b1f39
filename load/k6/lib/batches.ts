/** What most scenarios send: small batches as JSON, whose answers are read and counted. */
import { check } from "k6";
import { lists } from "./points.ts";
import { learn, type Session } from "./session.ts";

/** Points of a request. With one point a request, k6 would measure itself. */
export const POINTS = 20;

const LISTS = lists(50, POINTS);
/** Each virtual user begins with another list. */
let next: number = __VU;

/** Learns one batch: each of its points must be answered with a label. */
export function learnBatch(session: Session): void {
  const answer = learn(session, `{"points":${LISTS[next++ % LISTS.length]}}`, POINTS, { responseType: "text" });
  if (answer.status !== 200) return;
  const results = answer.json() as unknown as { cluster_id: number }[];
  check(results, {
    "each point has a label": (all) => all.length === POINTS && all.every(({ cluster_id }) => cluster_id >= -1),
  });
}
