/** The worker's own side: a NeuroClusterLocal that is asked by messages. Loaded as a module worker, never imported. */
import { type LocalOptions, NeuroClusterLocal } from "./local.ts";
import { type Ask, memoryOf, packError, type Tell } from "./messages.ts";
import { threadPort } from "./port.ts";
import type { EventOptions } from "./types.ts";

type Verbs = Record<string, (...args: unknown[]) => unknown>;

const port = threadPort();
/** Who follows events, by the id of what asked for them. */
const following = new Map<number, AbortController>();
let local: NeuroClusterLocal | undefined;

function tell(message: Tell, value?: unknown): void {
  port.postMessage(message, memoryOf(value));
}

function targetOf({ target, name }: Ask): Verbs {
  const found = target === "stream" ? local!.stream(name!) : target === "streams" ? local!.streams : local!;
  return found as unknown as Verbs;
}

async function run(ask: Ask): Promise<unknown> {
  const { id, target, verb, args } = ask;
  if (verb === "create" && target === "local") {
    return void (local = await NeuroClusterLocal.create(args[0] as LocalOptions));
  }
  if (verb !== "events") return await targetOf(ask)[verb!](...args);
  const stop = new AbortController();
  following.set(id, stop);
  const options = { ...args[0] as EventOptions, signal: stop.signal };
  for await (const event of targetOf(ask).events(options) as AsyncIterable<unknown>) tell({ id, event });
  return undefined;
}

port.onMessage(async (data) => {
  const ask = data as Ask;
  if (!ask.verb) return following.get(ask.id)?.abort();
  try {
    const value = await run(ask);
    tell({ id: ask.id, value }, value);
  } catch (error) {
    tell({ id: ask.id, error: packError(error) });
  }
});
