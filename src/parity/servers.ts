/** Deno, Bun and Node, each from its own program, on the same bundle. */
import process from "node:process";
import { bundle } from "./bundle.ts";
import type { Host, Task } from "./host.ts";
import { install, run } from "./process.ts";

const BUN = ["-y", "bun@1.4.5"];

async function printed(command: string, args: string[], { kernel, points, folder }: Task): Promise<string> {
  return await run(command, [...args, await bundle("print.ts", folder), kernel, String(points)]);
}

export const deno: Host = (task) => printed(process.execPath, ["run", "--allow-read"], task);

export const node: Host = (task) => printed("node", [], task);

export const bun: Host = async (task) => {
  await install("npx", [...BUN, "--version"]);
  return await printed("npx", BUN, task);
};
