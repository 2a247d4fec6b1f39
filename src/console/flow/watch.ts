/** Looks at a stream again and again, and follows what changes in it. */
import {
  type AlgorithmStatus,
  AuthenticationError,
  type ClustersSummary,
  type StreamEvent,
  type StreamVerbs,
} from "neurocluster";
import { useEffect, useState } from "preact/hooks";
import { extend, type History, NO_HISTORY } from "./history.ts";
import { signedOut } from "../session.ts";

export interface Watched {
  status?: AlgorithmStatus;
  summary?: ClustersSummary;
  history: History;
  /** Why the latest look failed. */
  error?: unknown;
}

const NOTHING: Watched = { history: NO_HISTORY };

/** Looks every `every_ms`, not while the page is hidden. */
export function useWatch(verbs: StreamVerbs | undefined, every_ms: number): Watched {
  const [watched, setWatched] = useState(NOTHING);
  useEffect(() => {
    setWatched(NOTHING);
    if (!verbs) return;
    const stop = new AbortController();
    look(verbs, every_ms, stop.signal, setWatched);
    return () => stop.abort();
  }, [verbs]);
  return watched;
}

async function look(
  verbs: StreamVerbs,
  every_ms: number,
  signal: AbortSignal,
  set: (change: (before: Watched) => Watched) => void,
): Promise<void> {
  let last: { points: number; time: number } | undefined;
  while (!signal.aborted) {
    const began = performance.now();
    try {
      const [status, summary] = await Promise.all([
        verbs.algorithmStatus({ signal }),
        verbs.clustersSummary({}, { signal }),
      ]);
      const now = { points: status.total_points_processed, time: performance.now() };
      const rate = last ? Math.max(0, (now.points - last.points) / (now.time - last.time) * 1000) : 0;
      last = now;
      const time = Date.now() / 1000;
      set(({ history }) => ({ status, summary, history: extend(history, status, rate, time) }));
    } catch (error) {
      if (signal.aborted) return;
      signedOut(error);
      set((before) => ({ ...before, error }));
    }
    do await sleep(Math.max(50, every_ms - (performance.now() - began))); while (document.hidden && !signal.aborted);
  }
}

/** Events shown, and asked for at once. */
const KEPT = 200, PAGE = 1000;

export interface Followed {
  /** The latest first. */
  events: StreamEvent[];
  error?: unknown;
}

/** Events of a stream, the past ones first. */
export function useEvents(verbs: StreamVerbs | undefined): Followed {
  const [followed, setFollowed] = useState<Followed>({ events: [] });
  useEffect(() => {
    setFollowed({ events: [] });
    if (!verbs) return;
    const stop = new AbortController();
    const add = (more: StreamEvent[]) =>
      setFollowed(({ events }) => ({ events: [...more.toReversed(), ...events].slice(0, KEPT) }));
    follow(verbs, stop.signal, add).catch((error) => {
      if (!stop.signal.aborted) setFollowed(({ events }) => ({ events, error }));
    });
    return () => stop.abort();
  }, [verbs]);
  return followed;
}

async function follow(verbs: StreamVerbs, signal: AbortSignal, add: (events: StreamEvent[]) => void): Promise<void> {
  let after = 0;
  for (;;) {
    const page = await verbs.listEvents({ after, limit: PAGE }, { signal });
    add(page.events);
    after = page.next_after;
    if (page.events.length < PAGE) break;
  }
  while (!signal.aborted) {
    try {
      for await (const event of verbs.events({ after, signal })) add([event]), after = event.sequence;
    } catch (error) {
      if (error instanceof AuthenticationError) throw error;
      await sleep(3000);
    }
  }
}

function sleep(time_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time_ms));
}
