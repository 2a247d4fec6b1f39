/** Processor time, as both runtimes tell it. */
import process from "node:process";

/** Seconds that the process has computed, its own and the system's for it. */
export function processSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
