/**
 * `deno task test:replicas [--json]`: nginx, three replicas on both runtimes, Postgres and Redis, under a load from k6, while an
 * owner is killed, another frozen, Postgres restarted, Redis cut, and all replicas rolled. Prints what was measured, phase by
 * phase; exit status 1 where a claim does not hold.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { missingPrograms, startTopology, type Topology } from "../../../deploy/local/topology.ts";
import { until } from "../../../deploy/local/wait.ts";
import { isGood, Load } from "./attempts.ts";
import { prepare, signIn } from "./client.ts";
import { availabilityOver, type Figures, figuresOf } from "./figures.ts";
import { copyJournal } from "./journal.ts";
import { PHASES, runPhases } from "./phases.ts";
import { judgeTruth, type Verdict } from "./truth.ts";

const isJson = parseArgs({ options: { json: { type: "boolean", default: false } } }).values.json;

async function main(): Promise<number> {
  const missing = missingPrograms();
  if (missing.length > 0) {
    console.log(`skipped, not installed: ${missing.join(", ")}`);
    return 0;
  }
  // A limit that nobody reaches, so that every request asks Redis.
  const topology = await startTopology({
    replicas: ["deno", "bun", "deno"],
    environment: { RATE_LIMIT_PER_MINUTE: "1000000" },
  });
  try {
    const verdicts = await judge(topology);
    return verdicts.every(({ holds }) => holds) ? 0 : 1;
  } finally {
    await topology.stop();
  }
}

async function judge(topology: Topology): Promise<Verdict[]> {
  await copyJournal(topology.databaseUrl);
  const key = await prepare(topology, await signIn(topology));
  const load = await Load.start(topology.url, key, PHASES.reduce((sum, { seconds }) => sum + seconds, 0));
  try {
    await until(() => load.attempts.some(isGood), "the first answer to k6", 60_000);
    const spans = await runPhases(topology, ({ name, shows }) => isJson || console.log(`${name}: ${shows}`));
    await load.end;
    const figures = figuresOf(spans, load.attempts);
    figures.forEach(printFigures);
    const verdicts = [...bounds(figures), ...await judgeTruth(topology, await signIn(topology), load.attempts)];
    verdicts.forEach(printVerdict);
    return verdicts;
  } finally {
    await load.stop();
  }
}

function bounds(figures: readonly Figures[]): Verdict[] {
  const [kill, roll] = (["kill", "roll"] as const).map((name) => figures.find(({ phase }) => phase === name)!);
  const availability = availabilityOver(figures, ["kill", "roll"]);
  return [
    {
      claim: "no writer waits 5 s for an acknowledgement at kill -9",
      holds: kill.writer_gap_ms < 5000,
      found: `${kill.writer_gap_ms} ms at most`,
    },
    {
      claim: "no request fails in a rolling update",
      holds: roll.failed === 0 && roll.requests > 0,
      found: `${roll.failed} of ${roll.requests} failed`,
    },
    {
      claim: "availability is more than 99.9 % through kill -9 and rolling update",
      holds: availability > 0.999,
      found: percent(availability),
    },
  ];
}

const percent = (share: number) => `${(100 * share).toFixed(3)} %`;

function printFigures(figures: Figures): void {
  if (isJson) return console.log(JSON.stringify(figures));
  const { phase, requests, failed, reasons, writer_gap_ms, reads, failed_reads, read_ms_max } = figures;
  console.log(
    `${phase.padEnd(9)}${requests} requests, ${failed} failed; longest gap of a writer ${writer_gap_ms} ms; ` +
      `${reads} reads, ${failed_reads} failed, longest ${read_ms_max} ms; availability ${
        percent(figures.availability)
      }, ` +
      `of time ${percent(figures.availability_of_time)}`,
  );
  for (const [reason, count] of Object.entries(reasons)) console.log(`${" ".repeat(9)}${count} times ${reason}`);
}

function printVerdict(verdict: Verdict): void {
  const { claim, holds, found } = verdict;
  console.log(isJson ? JSON.stringify(verdict) : `${holds ? "holds " : "BROKEN"} ${claim}: ${found}`);
}

process.exit(await main());
