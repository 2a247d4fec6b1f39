/** What holds of every stream at any time. */
import { assert, assertEquals } from "@std/assert";
import type { Assignment, Cluster, Status, StreamEvent } from "../../src/engine/mod.ts";
import type { Subject } from "./subject.ts";

const isShare = (x: number) => x >= 0 && x <= 1;

/** What the events have told so far. */
export interface Ledger {
  /** Ids that were ever born. */
  born: Set<number>;
  /** Number of the latest event. */
  sequence: number;
  points: number;
}

export function checkAssignment({ ids, outlierScores, isOutlier, similarities }: Assignment, threshold: number): void {
  for (let i = 0; i < ids.length; i++) {
    const score = outlierScores[i];
    assert(isShare(score), `score ${score}`);
    assert(similarities[i] >= 0 && similarities[i] <= 1, `similarity ${similarities[i]}`);
    assertEquals(isOutlier[i], score >= Math.fround(threshold) ? 1 : 0, `flag of score ${score}`);
  }
}

/** Ids are announced by events before anybody sees them. */
export function checkIds(ids: Iterable<number>, { born }: Ledger): void {
  for (const id of ids) assert(id === -1 || born.has(id), `id ${id} was never born`);
}

export function checkEvents(events: readonly StreamEvent[], ledger: Ledger): void {
  for (const { sequence, type, id, point } of events) {
    assertEquals(sequence, ++ledger.sequence, "events have a gap");
    assert(point >= 0 && point <= ledger.points, `event at point ${point} of ${ledger.points}`);
    if (type !== "born" && type !== "split") continue;
    assert(!ledger.born.has(id), `id ${id} was born twice`);
    ledger.born.add(id);
  }
}

function checkStatus(status: Status, points: number): void {
  for (const [name, value] of Object.entries(status)) assert(Number.isFinite(value), `${name} is ${value}`);
  assertEquals(status.points, points);
  assert(status.microClusters <= status.capacity, `${status.microClusters} micro-clusters of ${status.capacity}`);
  assert(status.weight > 0 || points === 0, `weight ${status.weight} after ${points} points`);
  assert(status.absorptionCost >= 0 && Math.abs(status.silhouette) <= 1);
  assert([status.stability, status.unexplainedRate].every(isShare), JSON.stringify(status));
  assert(status.adaptationRate > 0 && status.lastDrift <= points);
}

function checkCluster(
  { id, size, radius, microClusters, center, health, born, lastPoint }: Cluster,
  points: number,
): void {
  assert(id >= 0 && size > 0 && radius >= 0 && microClusters >= 1, `cluster ${id}: size ${size}, radius ${radius}`);
  assert([size, radius, ...center].every(Number.isFinite), `cluster ${id} at ${center}`);
  const told = `cluster ${id}: born ${born}, last point ${lastPoint}, of ${points}`;
  assert(born >= 0 && born <= points && lastPoint > 0 && lastPoint <= points, told);
  const { status, ...shares } = health;
  for (const [name, value] of Object.entries(shares)) {
    assert(isShare(value), `${name} of a ${status} cluster is ${value}`);
  }
}

/** Fails where the state of a stream cannot be. */
export function checkState(subject: Subject, ledger: Ledger, maxClusters: number): void {
  const status = subject.status(), clusters = subject.clusters();
  checkStatus(status, ledger.points);
  assertEquals(clusters.length, status.clusters);
  assert(clusters.length <= maxClusters, `${clusters.length} clusters of ${maxClusters}`);
  for (const cluster of clusters) checkCluster(cluster, ledger.points);
  const ids = clusters.map(({ id }) => id);
  assertEquals(new Set(ids).size, ids.length, "two clusters of one id");
  checkIds(ids, ledger);
}
