/** Changes of structure, waiting for the host. */
import { events, eventsBefore, f64Put } from "./memory";
import { EVENT_FIELDS } from "./parameters";
import { time } from "./micro";

export const BORN: f64 = 0, MERGED: f64 = 1, SPLIT: f64 = 2, MOVED: f64 = 3, DIED: f64 = 4, DRIFT: f64 = 5;

/** Events since the stream began; those that wait. */
export let sequence: f64 = 0, waitingEvents: i32 = 0;
export function setSequence(s: f64): void {
  sequence = s;
  waitingEvents = 0;
}

export function emit(type: f64, id: f64, other: f64): void {
  const p = events + <usize> (waitingEvents++ * EVENT_FIELDS * 8);
  sequence += 1;
  f64Put(p, 0, sequence);
  f64Put(p, 1, type);
  f64Put(p, 2, time);
  f64Put(p, 3, id);
  f64Put(p, 4, other);
}

/** Whether all that one more point can bring about fits: each cluster gone, one born in its place, one moved, and a drift. */
@inline export function roomForEvents(): bool {
  return waitingEvents <= eventsBefore;
}

export function takeEvents(): i32 {
  const n = waitingEvents;
  waitingEvents = 0;
  return n;
}
