/** What the attempts say of each phase. */
import { type Attempt, isGood, isWrite } from "./attempts.ts";
import type { Span } from "./phases.ts";
import { WRITERS } from "./shape.ts";

export interface Figures {
  phase: Span["name"];
  shows: string;
  seconds: number;
  requests: number;
  failed: number;
  /** How often requests failed for what reason. */
  reasons: Record<string, number>;
  /** Longest time in milliseconds from one acknowledgement of a writer to its next. */
  writer_gap_ms: number;
  reads: number;
  failed_reads: number;
  /** Longest time in milliseconds that a read took. */
  read_ms_max: number;
  /** Share of the requests that were answered as they should be. */
  availability: number;
  /** Share of the writers' time in which none waited longer than a second for an acknowledgement. */
  availability_of_time: number;
}

/** A writer that waits so long is served still. */
const SERVED_MS = 1000;

/** Time from an acknowledgement to the next one of its writer, by the time of the latter. */
interface Gap {
  ended_ms: number;
  gap_ms: number;
}

function gapsOf(attempts: readonly Attempt[]): Gap[] {
  const latest = new Map<number, number>(), gaps: Gap[] = [];
  for (const { who, ended_ms } of attempts.filter((one) => isWrite(one) && isGood(one))) {
    const before = latest.get(who);
    if (before !== undefined) gaps.push({ ended_ms, gap_ms: ended_ms - before });
    latest.set(who, ended_ms);
  }
  return gaps;
}

const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b), 0);
const share = (good: number, all: number) => all === 0 ? 0 : good / all;

/** Figures of each phase; what ended within it is the phase's. */
export function figuresOf(spans: readonly Span[], attempts: readonly Attempt[]): Figures[] {
  const gaps = gapsOf(attempts);
  return spans.map(({ name, shows, from_ms, to_ms }) => {
    const within = ({ ended_ms }: { ended_ms: number }) => from_ms <= ended_ms && ended_ms < to_ms;
    const all = attempts.filter(within), failed = all.filter((one) => !isGood(one));
    const reads = all.filter((one) => !isWrite(one)), waits = gaps.filter(within).map(({ gap_ms }) => gap_ms);
    const unserved_ms = waits.reduce((sum, gap_ms) => sum + Math.max(0, gap_ms - SERVED_MS), 0);
    const reasons: Record<string, number> = {};
    for (const { status, why } of failed) reasons[`${status} ${why}`] = (reasons[`${status} ${why}`] ?? 0) + 1;
    return {
      phase: name,
      shows,
      seconds: (to_ms - from_ms) / 1000,
      requests: all.length,
      failed: failed.length,
      reasons,
      writer_gap_ms: most(waits),
      reads: reads.length,
      failed_reads: reads.filter((one) => !isGood(one)).length,
      read_ms_max: most(reads.map(({ began_ms, ended_ms }) => ended_ms - began_ms)),
      availability: share(all.length - failed.length, all.length),
      availability_of_time: 1 - unserved_ms / (WRITERS * (to_ms - from_ms)),
    };
  });
}

/** Availability over several phases, request by request. */
export function availabilityOver(figures: readonly Figures[], names: Span["name"][]): number {
  const chosen = figures.filter(({ phase }) => names.includes(phase));
  const sum = (of: (one: Figures) => number) => chosen.reduce((total, one) => total + of(one), 0);
  return share(sum(({ requests, failed }) => requests - failed), sum(({ requests }) => requests));
}
