/** A feed that a page starts, pauses and takes up again. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Feed, type FeedOptions } from "./feed.ts";
import type { Source } from "./source.ts";
import type { Trail } from "./trail.ts";

export interface FeedState {
  isRunning: boolean;
  /** Points a second. */
  rate: number;
  /** Lately; null where it is not known. */
  outlierShare: number | null;
  /** Points that this page has sent since the start. */
  total: number;
  /** Why it stopped by itself, or undefined: it was at its end, or was told to. */
  error: unknown;
  isAtEnd: boolean;
}

export interface FeedControl extends FeedState {
  begin(verbs: FeedOptions["verbs"], source: Source): void;
  pause(): void;
  resume(): void;
  /** Forgets what was sent: the next start is the first. */
  reset(): void;
}

type Pacing = Pick<FeedOptions, "batches" | "batchMax"> & { pace: number };

/** Where points go, where they come from, and how many have gone. */
type Sending = [verbs: FeedOptions["verbs"], source: Source, total: number];

const AT_REST: FeedState = {
  isRunning: false,
  rate: 0,
  outlierShare: null,
  total: 0,
  error: undefined,
  isAtEnd: false,
};
/** The numbers on the page follow so often. */
const TOLD_MS = 250;

export function useFeed(trail: Trail, { pace, batches, batchMax }: Pacing): FeedControl {
  const [state, setState] = useState(AT_REST);
  const pacing = useRef(pace),
    feed = useRef<Feed | undefined>(undefined),
    sending = useRef<Sending | undefined>(undefined);
  pacing.current = pace;
  const stop = (end: Partial<FeedState> = {}) => {
    if (!feed.current) return;
    feed.current.stop();
    feed.current = undefined;
    setState({ ...AT_REST, total: sending.current![2], ...end });
  };
  const resume = () => {
    if (!sending.current || feed.current) return;
    const mine = sending.current, [verbs, source] = mine;
    const onBatch: FeedOptions["onBatch"] = (points, ids, outliers) => {
      // Of what was there before another start.
      if (mine !== sending.current) return;
      mine[2] += ids.length;
      trail.add(points, source.dims, ids, outliers);
      if (!feed.current) setState((before) => ({ ...before, total: mine[2] }));
    };
    const onEnd = (error?: unknown) => stop({ error, isAtEnd: error === undefined });
    feed.current = new Feed({ verbs, source, batches, batchMax, pace: () => pacing.current, onBatch, onEnd });
    setState((before) => ({ ...before, isRunning: true, isAtEnd: false, error: undefined }));
  };
  const begin = (verbs: FeedOptions["verbs"], source: Source) => {
    stop();
    sending.current = [verbs, source, 0];
    resume();
  };
  const reset = () => {
    stop();
    sending.current = undefined;
    setState(AT_REST);
  };
  useEffect(() => () => feed.current?.stop(), []);
  useEffect(() => {
    if (!state.isRunning) return;
    const tell = () => {
      const running = feed.current;
      if (!running) return;
      const { rate, outlierShare } = running, total = sending.current![2];
      setState((before) => ({ ...before, rate, outlierShare, total }));
    };
    const timer = setInterval(tell, TOLD_MS);
    return () => clearInterval(timer);
  }, [state.isRunning]);
  return { ...state, begin, pause: () => stop(), resume, reset };
}
