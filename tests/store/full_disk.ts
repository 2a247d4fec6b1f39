/** A file system of a few megabytes, where this process may mount one: a disk that can be filled. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  folder: string;
  /** Takes all the room there is. */
  fill(): void;
  /** Gives it back. */
  empty(): void;
  remove(): void;
}

/** Mounts a small disk; undefined where that is not allowed. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), "ncs-disk-")), ballast = join(folder, "ballast");
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder]);
  const remove = () => {
    if (mounted.status === 0) spawnSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  if (mounted.status !== 0) return void remove();
  return { folder, fill: () => fill(ballast), empty: () => rmSync(ballast), remove };
}

function fill(path: string): void {
  const file = openSync(path, "w"), block = new Uint8Array(65536);
  try {
    while (writeSync(file, block) > 0);
  } catch {
    // No room is left.
  } finally {
    closeSync(file);
  }
}
