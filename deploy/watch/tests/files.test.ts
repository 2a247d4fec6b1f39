/** What can be said of the files without running anything of the product. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { BOARDS, FOLDER } from "../grafana/build.ts";
import type { Board, Panel } from "../grafana/panels.ts";
import { render } from "../grafana/render.ts";
import { stagePrometheus } from "../../local/watch.ts";

const WATCH = fileURLToPath(new URL("..", import.meta.url));

const RULES = join(WATCH, "prometheus/rules"), UNITS = join(WATCH, "tests/rules");
const read = (folder: string) => readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8")).join("\n");

/** Each alert's name with its text. */
const alerts = new Map(
  read(RULES).split("- alert: ").slice(1).map((text) => [/^\w+/.exec(text)![0], text] as const),
);

const missing = (program: string) => spawnSync(program, ["--version"]).status !== 0 && `${program} is not installed`;

/** Runs a program that checks files; fails with what it says. */
function check(program: string, ...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  assertEquals(status, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
}

const filesOf = (folder: string) => readdirSync(folder).map((name) => join(folder, name));

describe("alert rules", () => {
  it("each says how severe it is, what is wrong, and where the runbook says what to do; each entry has its alert", () => {
    assert(alerts.size > 20);
    const runbook = readFileSync(join(WATCH, "../../docs/RUNBOOK.md"), "utf8");
    const entries = runbook.split(/^### /m).slice(1).map((text) => text.split(/\n+/));
    assertEquals(entries.map(([heading]) => heading).sort(), [...alerts.keys()].sort());
    for (const [heading, first] of entries) assert(first && !first.startsWith("#"), `${heading} says nothing`);
    for (const [name, text] of alerts) {
      assert(/severity: (critical|warning)$/m.test(text), name);
      assert(/summary: ".{10,}"$/m.test(text), name);
      assert(text.includes(`runbook_url: docs/RUNBOOK.md#${name.toLowerCase()}\n`), name);
    }
  });

  it("each has a unit test in which it fires and one in which it stays silent", () => {
    const cases = read(UNITS).split("- alertname: ").slice(1);
    for (const name of alerts.keys()) {
      const own = cases.filter((text) => text.startsWith(`${name}\n`));
      assert(own.some((text) => text.includes("exp_labels")), `${name} never fires`);
      assert(own.some((text) => !text.includes("exp_labels")), `${name} is never silent`);
    }
  });

  it(
    "hold what their unit tests say",
    { skip: missing("promtool") },
    () => check("promtool", "test", "rules", ...filesOf(UNITS)),
  );

  it("and the configuration are sound", { skip: missing("promtool") }, () => {
    check("promtool", "check", "rules", ...filesOf(RULES));
    check("promtool", "check", "config", "--syntax-only", join(WATCH, "prometheus/prometheus.yml"));
    const folder = mkdtempSync(join(tmpdir(), "ncs-watch-"));
    check("promtool", "check", "config", join(stagePrometheus(folder, ["a:1"], "b:1", ""), "prometheus.yml"));
    rmSync(folder, { recursive: true });
  });
});

describe("alertmanager.yml", { skip: missing("amtool") }, () => {
  const file = join(WATCH, "alertmanager/alertmanager.yml");

  it("is sound, and sends every severity to the webhook", () => {
    check("amtool", "check-config", file);
    for (const severity of ["critical", "warning"]) {
      check(
        "amtool",
        "config",
        "routes",
        "test",
        `--config.file=${file}`,
        "--verify.receivers=webhook",
        `severity=${severity}`,
      );
    }
  });

  it("speaks of alerts that there are", () => {
    for (const [name] of readFileSync(file, "utf8").matchAll(/Ncs\w+/g)) {
      assert([...alerts.keys()].some((alert) => alert.startsWith(name)), name);
    }
  });
});

describe("dashboards", () => {
  const panelsOf = ({ rows }: Board): Panel[] => rows.flatMap(({ panels }) => panels);

  it("are as their boards say: `deno task build:dashboards` writes them", () => {
    assertEquals(readdirSync(FOLDER).sort(), Object.keys(BOARDS).map((name) => `${name}.json`).sort());
    for (const [name, board] of Object.entries(BOARDS)) {
      assertEquals(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"), render(board), name);
    }
  });

  it("every panel has a title of its own, a description, a unit, queries with legends, and ascending thresholds", () => {
    for (const board of Object.values(BOARDS)) {
      for (const { panels } of board.rows) {
        assertEquals(new Set(panels.map(({ title }) => title)).size, panels.length, board.title);
      }
      for (const { title, description, unit, queries, steps } of panelsOf(board)) {
        assert(description.length > 5 && unit !== "" && queries.length > 0, title);
        assert(queries.every(({ legend }) => legend !== ""), title);
        assert(steps.every(({ value }, index) => index === 0 || value > steps[index - 1].value), title);
      }
    }
  });

  it("no two panels lie on one another", () => {
    for (const board of Object.values(BOARDS)) {
      const taken = new Set<string>();
      for (const { gridPos: { x, y, w, h } } of JSON.parse(render(board)).panels) {
        assert(x + w <= 24);
        for (let cell = 0; cell < w * h; cell++) {
          const place = `${x + cell % w},${y + Math.floor(cell / w)}`;
          assert(!taken.has(place), `${board.title} at ${place}`);
          taken.add(place);
        }
      }
    }
  });
});
