/** wasmtime, from PyPI, in a virtual environment of its own; digest.py speaks to the kernel without the engine. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Host } from "./host.ts";
import { install, run } from "./process.ts";

const PACKAGE = "wasmtime==50.0.1";
const VENV = fileURLToPath(new URL("../../build/wasmtime", import.meta.url));
const SCRIPT = fileURLToPath(new URL("digest.py", import.meta.url));

export const wasmtime: Host = async ({ kernel, points }) => {
  const python = `${VENV}/bin/python`;
  if (!existsSync(python)) await install("python3", ["-m", "venv", VENV]);
  await install(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE]);
  return await run(python, [SCRIPT, kernel, String(points)]);
};
