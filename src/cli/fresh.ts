/** Whether what was built is newer than what it was built from. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

function changed(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
}

/** Whether the artifact is there and newer than the inputs: files, or folders with all that is in them. */
export function isFresh(artifact: string, inputs: readonly string[]): boolean {
  return inputs.every((input) => {
    const isFolder = statSync(input).isDirectory();
    const inside = isFolder ? readdirSync(input, { recursive: true, encoding: "utf8" }) : [];
    return [input, ...inside.map((name) => join(input, name))].every((path) => changed(path) < changed(artifact));
  });
}
