/** npm packages of these tests, installed on first use: the rest of the project needs none of them. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A folder that has a package installed. */
export function install(name: string, version: string): string {
  const folder = fileURLToPath(new URL(`../../build/tools/${name}-${version}`, import.meta.url));
  if (!existsSync(join(folder, "node_modules", name, "package.json"))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{"private":true}');
    execFileSync("npm", ["install", "--no-audit", "--no-fund", `${name}@${version}`], { cwd: folder, stdio: "pipe" });
  }
  return folder;
}

/** The package, loaded. */
export function load<T>(name: string, version: string): T {
  return createRequire(join(install(name, version), "main.js"))(name);
}
