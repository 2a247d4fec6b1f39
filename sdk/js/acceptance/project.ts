/** Empty projects that install the package as its users do: from the tarball of `npm pack`. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const TIMEOUT_MS = 300_000;

/** How a script runs on each runtime. */
export const RUNTIMES: Record<string, [command: string, ...args: string[]]> = {
  node: ["node"],
  deno: [process.execPath, "run", "-A", "--node-modules-dir=manual"],
  bun: ["npx", "-y", "bun@1.4.5"],
};

/** Runs a program in a folder; answers what it prints. Throws with all that it said. */
export async function run(folder: string, [command, ...args]: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd: folder, timeout: TIMEOUT_MS });
    return stdout.trim();
  } catch (error) {
    const { message, stdout } = error as Error & { stdout: string };
    throw new Error(`${message}\n${stdout}`);
  }
}

/** A folder of its own for one project. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), "ncs-sdk-"));

  /** An empty project with the tarball and whatever else is named installed. */
  static async create(...packages: string[]): Promise<Project> {
    const project = new Project(), { folder } = project;
    project.write("package.json", JSON.stringify({ type: "module", private: true }));
    const packed = await run(PACKAGE, ["npm", "pack", "--json", "--pack-destination", folder]);
    const [{ filename }] = Object.values(JSON.parse(packed)) as { filename: string }[];
    await run(folder, ["npm", "install", "--no-audit", "--no-fund", `./${filename}`, ...packages]);
    return project;
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  run(...command: string[]): Promise<string> {
    return run(this.folder, command);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
