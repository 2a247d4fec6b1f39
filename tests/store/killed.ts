/** Starts the writer, kills it in mid-write with SIGKILL, and holds what is found to what it had acknowledged. */
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertGreater } from "@std/assert";
import type { Store } from "../../src/store/mod.ts";

const WRITER = fileURLToPath(new URL("writer.ts", import.meta.url));

/**
 * Runs the writer on this runtime until it has acknowledged `enough` appends and `meanwhile` is done; answers the last
 * sequence it printed.
 */
export async function killWriter(
  kind: "sqlite" | "postgres",
  place: string,
  enough: number,
  meanwhile = async () => {},
): Promise<number> {
  const runtime = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];
  const child = spawn(process.execPath, [...runtime, WRITER, kind, place], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  let text = "";
  for await (const chunk of child.stdout) {
    text += chunk;
    if (child.killed || text.split("\n").length <= enough) continue;
    await meanwhile().finally(() => child.kill("SIGKILL"));
  }
  await ended;
  // What follows the last line feed was cut off in mid-write.
  const lines = text.split("\n").slice(0, -1);
  assertGreater(lines.length, enough - 1, "the writer ended before it was killed");
  return Number(lines.at(-1));
}

/** Every acknowledged entry is there, and at most the one append that was under way besides, whole. */
export async function holdToAcknowledged(store: Store, acknowledged: number): Promise<void> {
  const { snapshot, entries } = (await store.load("a"))!, first = snapshot?.sequence ?? 0;
  assertEquals(entries.map(({ sequence }) => sequence), entries.map((_, i) => first + 1 + i));
  const last = entries.at(-1)?.sequence ?? first;
  assert(last >= acknowledged && last <= acknowledged + 2, `${last} is kept, ${acknowledged} was acknowledged`);
  assertEquals(last % 3 === 2, false, "half of an append is kept");
  const events = await store.events("a", 0, 1e6);
  assertEquals(events.length, Math.floor(last / 3));
}
