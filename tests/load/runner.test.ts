/** The runner as a process, against real servers: its exit status is what k6 found. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { findK6 } from "../../load/runner/k6.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "ncs-load-"));
const k6 = await findK6();

async function load(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [...("Deno" in globalThis ? ["run", "-A"] : []), "load/main.ts", ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => text += chunk);
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, text };
}

describe("the runner", () => {
  after(() => rmSync(out, { recursive: true, force: true }));

  it("ends with 2 where the command makes no sense, and says what does", async () => {
    const { status, text } = await load(["stead"]);
    assertEquals(status, 2);
    assert(text.includes("not stead") && text.includes("--help"), text);
  });

  it("ends with 1, and reports it, where a server breaks a bound", { skip: !k6 && "there is no k6" }, async () => {
    const args = ["smoke", "--duration", "1s", "--plot", "--out", out];
    const { status, text } = await load(args, { METRICS_ENABLED: "false" });
    assertEquals(status, 1, text);
    assert(text.includes("there are measures: 404") && text.includes("broken: smoke"), text);
    const report = JSON.parse(readFileSync(join(out, "smoke.json"), "utf8"));
    assertEquals(report.holds, false);
    assert(report.verdicts.some(({ holds }: { holds: boolean }) => holds));
    for (const file of ["smoke.html", "smoke.svg"]) assert(existsSync(join(out, file)), file);
  });

  it("ends with 1 where no server answers", { skip: !k6 && "there is no k6" }, async () => {
    const { status, text } = await load(["smoke", "--url", "http://127.0.0.1:1", "--out", out]);
    assertEquals(status, 1);
    assert(text.includes("http://127.0.0.1:1 makes no stream"), text);
  });
});
