/** wasmtime, by the Python package of this checkout, in a virtual environment of its own. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Host } from "./host.ts";
import { install, run } from "./process.ts";

const VERSION = "50.0.1";
const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The kernel that the package finds in a checkout is the one that every host gets. */
export const wasmtime: Host = async ({ points }) => {
  const venv = at(`build/wasmtime-${VERSION}`), python = `${venv}/bin/python`;
  const pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  if (!existsSync(`${venv}/done`)) {
    await install("python3", ["-m", "venv", "--clear", venv]);
    await install(pip[0], [...pip.slice(1), `wasmtime==${VERSION}`, "-e", at("sdk/python")]);
    await install("touch", [`${venv}/done`]);
  }
  return await run(python, [at("src/parity/digest.py"), String(points)]);
};
