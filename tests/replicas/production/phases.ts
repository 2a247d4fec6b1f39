/** What is done to the topology while the load goes on, one thing after the other. */
import type { Replica } from "../../../deploy/local/replica.ts";
import type { Topology } from "../../../deploy/local/topology.ts";
import { streamsByReplica } from "./journal.ts";

export interface Phase {
  name: "steady" | "kill" | "freeze" | "postgres" | "redis" | "roll" | "after";
  shows: string;
  /** All of it: what is done, and the time after it. */
  seconds: number;
  act?(topology: Topology): Promise<void>;
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/** The replica of the runtime with the most streams. Throws where it has none. */
async function ownerOn(runtime: Replica["runtime"], { databaseUrl, replicas }: Topology): Promise<Replica> {
  const streams = await streamsByReplica(databaseUrl);
  const count = ({ url }: Replica) => streams.get(url) ?? 0;
  const [owner] = replicas.filter((replica) => replica.runtime === runtime).sort((a, b) => count(b) - count(a));
  if (count(owner) === 0) throw new Error(`${owner.name} has no streams`);
  return owner;
}

export const PHASES: Phase[] = [
  { name: "steady", shows: "nothing happens", seconds: 8 },
  {
    name: "kill",
    shows: "an owner is killed, and started anew after 8 s",
    seconds: 20,
    async act(topology) {
      const owner = await ownerOn("deno", topology);
      owner.kill();
      await owner.exit;
      await pause(8);
      await owner.start();
    },
  },
  {
    name: "freeze",
    shows: "an owner is frozen for 6 s, past its lease, and wakes",
    seconds: 14,
    async act(topology) {
      const owner = await ownerOn("bun", topology);
      owner.freeze();
      await pause(6);
      owner.thaw();
    },
  },
  {
    name: "postgres",
    shows: "Postgres crashes and starts anew",
    seconds: 14,
    act: ({ postgres }) => postgres.restart("SIGQUIT"),
  },
  {
    name: "redis",
    shows: "Redis is away for 6 s",
    seconds: 12,
    async act({ redis }) {
      await redis.stop();
      await pause(6);
      await redis.run();
    },
  },
  { name: "roll", shows: "a rolling update of all replicas", seconds: 40, act: ({ roll }) => roll() },
  { name: "after", shows: "nothing happens", seconds: 4 },
];

/** A phase as it was: milliseconds since 1970. */
export interface Span extends Phase {
  from_ms: number;
  to_ms: number;
}

/** Does one after the other. Rejects where something takes longer than its phase. */
export async function runPhases(topology: Topology, onPhase: (phase: Phase) => void): Promise<Span[]> {
  const spans: Span[] = [];
  for (const phase of PHASES) {
    onPhase(phase);
    const from_ms = Date.now(), to_ms = from_ms + 1000 * phase.seconds;
    await phase.act?.(topology);
    if (Date.now() > to_ms) throw new Error(`${phase.name} took longer than its ${phase.seconds} seconds`);
    await pause((to_ms - Date.now()) / 1000);
    spans.push({ ...phase, from_ms, to_ms: Date.now() });
  }
  return spans;
}
