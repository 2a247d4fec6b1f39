/** A point arrives: it is judged, labelled and learned; now and then the memory is compacted and the structure looked at. */
import { findAhead, isOld, lookAhead, rowAhead } from "./ahead";
import { clearIndex, findNearest, foundDistance, foundIndex } from "./search";
import { acrossBorder } from "./border";
import { compact } from "./compaction";
import { age, watch } from "./drift";
import { roomForEvents, sequence } from "./events";
import { beginFrame, coordinate, enterFrame, moveFrame, watchScale } from "./frame";
import { explain, keptShare, waiting } from "./identity";
import {
  capacity,
  dims,
  f32Put,
  f64At,
  i32At,
  i32Put,
  input,
  labels,
  layers,
  outside,
  point,
  scores,
  similarities,
  slot,
} from "./memory";
import { absorb, count, fade, insert, scaleScatter, tick, time, totalWeight, unit } from "./micro";
import { lookAtNovelty, untilNovelty } from "./novelty";
import { geometric, judgeEarly, judgePoint, score, similarity, statistical, temporal } from "./outlier";
import {
  CONFIRM_STEP,
  COOL_RATE,
  COORDINATE_MAX,
  DRIFT_LOSS,
  DROP_PACE,
  KEPT,
  learningRate,
  NOVELTY_EVERY,
  PACE_FIRST,
  PACE_LEAST,
  PACE_PRICE,
  PACE_RATE,
  RATE_LEAST,
  scaling,
  STRUCTURE_EARLY,
  STRUCTURE_EVERY,
  STRUCTURE_GROWTH,
  STRUCTURE_MOST,
  UNEXPLAINED_MAX,
} from "./parameters";
import { field, scaleSquares, SHOWN } from "./record";
import { findStructure } from "./structure";

/** T: squared distance up to which a point is absorbed. */
export let cost: f64 = 0;
/** Points until the next structure step; unexplained points since the last; time of the last compaction; steps taken. */
export let untilStructure: f64 = 1,
  unexplained: i32 = 0,
  lastCompaction: f64 = 0,
  compactions: f64 = 0,
  structureSteps: f64 = 0;
/** Points between structure steps; running share of unexplained points. */
export let wait: f64 = STRUCTURE_EVERY, unexplainedRate: f64 = 0;
/** Running mean of the points between compactions. */
export let pace: f64 = PACE_FIRST;

export function setStream(
  t: f64,
  until: f64,
  unknown: i32,
  lastTime: f64,
  compacted: f64,
  steps: f64,
  pause: f64,
  rate: f64,
  gap: f64,
): void {
  cost = t;
  untilStructure = until;
  unexplained = unknown;
  lastCompaction = lastTime;
  compactions = compacted;
  structureSteps = steps;
  wait = pause;
  unexplainedRate = rate;
  pace = gap;
}

/** The absorption cost is at least x. */
export function addCost(x: f64): void {
  cost = max(cost, x);
}
export function shiftCompaction(t: f64): void {
  lastCompaction += t;
  compactions += 1;
}

/** Share that a typical micro-cluster takes from its next point now. */
export function adaptation(): f64 {
  return count == 0 ? 1 : min(1.0, unit * <f64> capacity / totalWeight());
}

@inline function forget(): f64 {
  return learningRate / <f64> capacity;
}

/**
 * Makes room. A compaction that follows fast on another, as it has not for long, asks for a structure step: much is new. Where
 * compactions follow fast all the time the price is too low (in many dimensions the cheapest merges cost less than a typical
 * point): it is raised until they come at the pace that the memory can bear.
 */
function makeRoom(): void {
  const gap = time - lastCompaction, slow = gap > DROP_PACE * <f64> capacity;
  lastCompaction = time;
  compactions += 1;
  pace += PACE_RATE * (gap - pace);
  if (!slow && pace >= <f64> capacity) untilStructure = 1;
  cost = max(cost, compact(slow && cost > 0));
  if (pace < PACE_LEAST * <f64> capacity) cost *= PACE_PRICE;
}

export function lookAtStructure(): void {
  const grown = moveFrame();
  if (grown != 1) {
    cost *= grown;
    scaleScatter(grown);
    scaleSquares(grown);
  }
  const before = sequence;
  findStructure(cost, compactions > 0);
  structureSteps += 1;
  unexplained = 0;
  if (unexplainedRate < RATE_LEAST) unexplainedRate = 0; // else it falls on to where processors are slow
  wait = sequence == before && keptShare >= KEPT ? min(STRUCTURE_MOST, 2 * wait) : STRUCTURE_EVERY; // where nothing changes, look less often
  untilStructure = min(waiting ? CONFIRM_STEP : wait, ceil(age() * STRUCTURE_GROWTH));
}

/** A whole number of less than 32 bits, from the bits of an f64: converting traps, and asks first. */
@inline function whole(x: f64): i32 {
  return <i32> reinterpret<i64>(x + 6755399441055744); // 1.5 * 2^52
}

@inline function shown(c: i32): i32 {
  return c < 0 ? -1 : whole(field(c, SHOWN));
}

/** Learns point p of the block, which was looked at ahead; `met`: whether it is to be looked up among those met lately. */
@inline function learnPoint(p: i32, lane: i32, single: bool, rate: f64, met: bool): void {
  const row = rowAhead(lane);
  tick(rate);
  const early = time <= STRUCTURE_EARLY;
  if (scaling) watchScale(p, single, max(rate, 1 / time));
  if (met) lookAtNovelty(p, single);
  findAhead(lane, row, count);
  const i = foundIndex, z = <f64> foundDistance;
  judgePoint(i, z, cost, early, true);
  if (watch(geometric, rate)) fade(DRIFT_LOSS);
  let mine = i, c: i32; // the micro-cluster that takes the point, the cluster that it falls to
  if (i >= 0 && z <= cost) {
    absorb(i, foundDistance, row);
    c = i32At(slot, i);
  } else {
    c = i >= 0 ? explain(i, z, cost) : -1;
    const out = i >= 0 ? z + f64At(outside, i) : 0;
    if (count == capacity) makeRoom();
    insert(row, c, out);
    mine = count - 1;
  }
  cost *= 1 - COOL_RATE;
  if (c < 0) unexplained++;
  unexplainedRate += rate * ((c < 0 ? 1 : 0) - unexplainedRate);
  untilStructure -= 1;
  if (untilStructure <= 0 || early || unexplained >= UNEXPLAINED_MAX) {
    lookAtStructure();
    c = i32At(slot, mine); // clusters are numbered anew
    if (early) judgeEarly(i, z, c, cost);
  }
  say(p, acrossBorder(row, c));
}

@inline function say(p: i32, c: i32): void {
  i32Put(labels, p, shown(c));
  f32Put(scores, p, <f32> score);
  f32Put(similarities, p, <f32> similarity);
  // Three layers and room for a fourth, which is the next point's first.
  const two = f32x4.demote_f64x2_zero(f64x2.replace_lane(f64x2.splat(geometric), 1, statistical));
  v128.store(layers + <usize> (12 * p), f32x4.replace_lane(two, 2, <f32> temporal));
}

/** Learns points [begin, end) of the block; answers how many: fewer where the events must be taken first. */
export function learnPoints(begin: i32, end: i32, single: bool): i32 {
  const rate = forget();
  if (time == 0 && begin < end) {
    clearIndex();
    beginFrame(begin, single);
  }
  let p = begin, from = begin, to = begin, until = untilNovelty(); // points [from, to) were looked at ahead
  for (; p < end && roomForEvents(); p++) {
    if (p == to || isOld()) {
      from = p;
      to = lookAhead(from, end, single, cost);
    }
    learnPoint(p, p - from, single, rate, --until == 0);
    if (until == 0) until = NOVELTY_EVERY;
  }
  return p - begin;
}

/** Labels points [0, n) of the block and changes nothing. */
export function assignPoints(n: i32, single: bool): void {
  for (let p = 0; p < n; p++) {
    if (count == 0) {
      judgePoint(-1, 0, cost, true, false);
      say(p, -1);
      continue;
    }
    enterFrame(p, point, single);
    findNearest(point, count);
    const i = foundIndex, z = <f64> foundDistance;
    judgePoint(i, z, cost, time <= STRUCTURE_EARLY, false);
    say(p, acrossBorder(point, z <= cost ? i32At(slot, i) : explain(i, z, cost)));
  }
}

/** Index of the first coordinate of points [begin, end) that is not a number, infinite or too large, -1: none. */
export function firstFault(begin: i32, end: i32, single: bool): i32 {
  const first = begin * dims, last = end * dims;
  if (areFine(first, last, single)) return -1;
  for (let at = first; at < last; at++) if (!(abs(coordinate(0, at, single)) <= COORDINATE_MAX)) return at;
  return -1;
}

/**
 * Whether coordinates [first, last) surely are fine: by the bits of their sizes (of an f64 the upper half), which as whole numbers are
 * in the same order, not-a-number and infinity last. Few, or some at the very limit, are left to be looked at one by one.
 */
@inline function areFine(first: i32, last: i32, single: bool): bool {
  const size = single ? 2 : 3, begin = input + (<usize> first << size), end = input + (<usize> last << size) - 16;
  if (begin > end) return false;
  const most = single ? reinterpret<i32>(<f32> COORDINATE_MAX) : <i32> (reinterpret<i64>(COORDINATE_MAX) >> 32) - 1;
  const bits = single ? i32x4.splat(i32.MAX_VALUE) : i64x2.splat(0x7fffffff00000000);
  let largest = v128.and(v128.load(end), bits);
  for (let p = begin; p < end; p += 16) largest = i32x4.max_s(largest, v128.and(v128.load(p), bits));
  return i32x4.all_true(i32x4.le_s(largest, i32x4.splat(most)));
}
