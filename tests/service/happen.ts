/** Makes things happen in a stream: points at ever new places, until there are new events. */
import type { TestApp } from "./app.ts";

/** Learns until there is an event after `after`; answers the sequence of the last. */
export async function happen(app: TestApp, after: number): Promise<number> {
  for (;;) {
    const { next_after, events } = await app.get(`/api/v1/events?after=${after}&limit=1000`);
    if (events.length > 0) return next_after;
    const { total_points_processed } = await app.get("/api/v1/algorithm_status");
    await app.post("/api/v1/process_points", { points: pointsAt(total_points_processed / 20) });
  }
}

/** 20 points at two places of their own. */
function pointsAt(place: number): number[][] {
  return Array.from({ length: 20 }, (_, index) => {
    return [place * 500 * (index % 2 ? 1 : -1) + index * 0.01, place * place * 300];
  });
}
