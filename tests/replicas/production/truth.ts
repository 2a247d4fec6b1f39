/** Whether the replicas have one state, the journal's, and it has what was acknowledged: all of it, once. */
import { createHash } from "node:crypto";
import type { Topology } from "../../../deploy/local/topology.ts";
import { type Attempt, isGood, isWrite } from "./attempts.ts";
import { downloadState, pointsOf } from "./client.ts";
import { batchOf, readCopy, replay } from "./journal.ts";
import { BATCH_POINTS, STREAMS } from "./shape.ts";

/** A claim, and what was found. */
export interface Verdict {
  claim: string;
  holds: boolean;
  found: string;
}

type Copy = Awaited<ReturnType<typeof readCopy>>;

const streamOf = (attempt: Attempt) => STREAMS[(isWrite(attempt) ? attempt.who : attempt.number) % STREAMS.length];

export async function judgeTruth(topology: Topology, token: string, attempts: readonly Attempt[]): Promise<Verdict[]> {
  const copy = await readCopy(topology.databaseUrl);
  return [
    judgeCounts(copy, attempts),
    await judgeTotals(topology, token, attempts),
    judgeReads(attempts),
    await judgeStates(topology, token, copy),
  ];
}

/** Who stopped sending has no batch left that is not acknowledged, so that both sides must be the same. */
function judgeCounts(copy: Copy, attempts: readonly Attempt[]): Verdict {
  const acknowledged = acknowledgements(attempts).map((one) => `${streamOf(one)} ${one.who}-${one.number}`);
  const kept = [...copy].flatMap(([name, entries]) => entries.map((entry) => `${name} ${batchOf(entry)}`));
  const lost = acknowledged.filter((batch) => !kept.includes(batch));
  const strange = kept.filter((batch) => !acknowledged.includes(batch)), twice = kept.length - new Set(kept).size;
  return {
    claim: "every acknowledged batch is in the journal once, and nothing else",
    holds: lost.length + strange.length + twice === 0 && kept.length > 0,
    found: `${acknowledged.length} acknowledged, ${kept.length} in the journal, ${lost.length} lost, ${twice} twice`,
  };
}

async function judgeTotals({ url }: Topology, token: string, attempts: readonly Attempt[]): Promise<Verdict> {
  const sent = BATCH_POINTS * acknowledgements(attempts).length;
  const totals = await Promise.all(STREAMS.map((stream) => pointsOf(url, token, stream)));
  const counted = totals.reduce((sum, total) => sum + total, 0);
  return {
    claim: "total_points_processed is what was acknowledged",
    holds: counted === sent,
    found: `${counted} points counted, ${sent} acknowledged`,
  };
}

/** A read shows at least what was acknowledged before it began. */
function judgeReads(attempts: readonly Attempt[]): Verdict {
  const times = new Map<string, number[]>(STREAMS.map((stream) => [stream, []]));
  for (const one of acknowledgements(attempts)) times.get(streamOf(one))!.push(one.ended_ms);
  const reads = attempts.filter((one) => !isWrite(one) && isGood(one));
  const stale = reads.filter((read) => {
    const before = times.get(streamOf(read))!.filter((ended_ms) => ended_ms < read.began_ms).length;
    return read.total! < BATCH_POINTS * before;
  });
  return {
    claim: "every read shows what was acknowledged before it",
    holds: stale.length === 0 && reads.length > 0,
    found: `${stale.length} stale of ${reads.length} reads`,
  };
}

async function judgeStates({ replicas }: Topology, token: string, copy: Copy): Promise<Verdict> {
  const expected = STREAMS.map((name) => replay(name, copy.get(name)!));
  const digests = [digestOf(expected)];
  for (const { url } of replicas) {
    digests.push(digestOf(await Promise.all(STREAMS.map((name) => downloadState(url, token, name)))));
  }
  return {
    claim: "the final states are those of one process fed the journal in order",
    holds: new Set(digests).size === 1,
    found: `${digests[0]} by one process, ${digests.slice(1).join(", ")} by the replicas`,
  };
}

const acknowledgements = (attempts: readonly Attempt[]) => attempts.filter((one) => isWrite(one) && isGood(one));

function digestOf(states: Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const state of states) hash.update(state);
  return hash.digest("hex").slice(0, 16);
}
