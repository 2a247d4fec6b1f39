import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { blobs, kernel } from "../kernel.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const RUNTIME = "Deno" in globalThis ? ["run", "-A", "--no-check", MAIN] : [MAIN];
const DIMS = 3, POINTS = 40_000;

const folder = mkdtempSync(join(tmpdir(), "ncs-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const points = Float32Array.from(blobs(POINTS, DIMS)), expected = Engine.create(kernel, DIMS).learn(points);
const rows = Array.from({ length: POINTS }, (_, i) => [...points.subarray(i * DIMS, (i + 1) * DIMS)]);
const csv = `a,b,c\n${rows.map((row) => row.join(",")).join("\n")}\n`;

const file = (name: string) => join(folder, name);
writeFileSync(file("p.f32"), new Uint8Array(points.buffer));
writeFileSync(file("p.csv"), csv);
writeFileSync(file("p.ndjson"), rows.map((row) => JSON.stringify({ point: row })).join("\n"));

interface Result {
  status: number | null;
  out: Uint8Array<ArrayBuffer>;
  err: string;
}

/** Runs ncs the way a task runner does: the process stands elsewhere, the user's folder is in INIT_CWD. */
function ncs(args: string[], input?: string | Uint8Array): Result {
  const env = { ...process.env, INIT_CWD: folder, NO_COLOR: "1" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [...RUNTIME, ...args], {
    input,
    env,
    maxBuffer: 1 << 26,
  });
  return { status, out: new Uint8Array(stdout), err: stderr.toString() };
}

const text = ({ out }: Result) => new TextDecoder().decode(out);
const i32 = (name: string) => new Int32Array(new Uint8Array(readFileSync(file(name))).buffer);

function assertFails(result: Result, status: number, message: string): void {
  assertEquals([result.status, result.out.length], [status, 0], result.err);
  assertStringIncludes(result.err, message);
}

describe("ncs label", () => {
  for (const input of ["p.f32", "p.csv", "p.ndjson"]) {
    it(`writes the engine's labels of ${input} to .i32`, () => {
      const result = ncs(["label", input, "--out", "labels.i32", "--dims", "3"]);
      assertEquals([result.status, result.err], [0, ""]);
      assertEquals(i32("labels.i32"), expected.ids);
    });
  }

  it("writes CSV and NDJSON with scores", () => {
    assertEquals(ncs(["label", "p.csv", "--out", "labels.csv"]).status, 0);
    assertEquals(ncs(["label", "p.csv", "--out", "labels.ndjson"]).status, 0);
    const lines = readFileSync(file("labels.csv"), "utf8").trimEnd().split("\n");
    const objects = readFileSync(file("labels.ndjson"), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals([lines[0], lines.length, objects.length], ["cluster_id,is_outlier,outlier_score", POINTS + 1, POINTS]);
    for (const i of [0, 1234, POINTS - 1]) {
      const { cluster_id, is_outlier, outlier_score } = objects[i];
      assertEquals([cluster_id, is_outlier], [expected.ids[i], expected.isOutlier[i] === 1]);
      assert(Math.abs(outlier_score - expected.outlierScores[i]) < 1e-6);
      assertEquals(lines[i + 1], `${cluster_id},${Number(is_outlier)},${outlier_score}`);
    }
  });

  it("reads standard input and writes standard output, in the format of the input", () => {
    const result = ncs(["label", "--format", "csv"], csv.slice(0, csv.indexOf("\n", 1000) + 1));
    assertEquals(text(result).split("\n")[0], "cluster_id,is_outlier,outlier_score");
    // Few enough for the pipes to hold: the test feeds all before it reads.
    const head = points.slice(0, 4000 * DIMS),
      raw = ncs(["label", "-", "--format", "f32", "--dims", "3"], new Uint8Array(head.buffer));
    assertEquals(new Int32Array(raw.out.buffer), expected.ids.slice(0, 4000));
  });

  it("takes parameters", () => {
    const ids = Engine.create(kernel, DIMS, { maxClusters: 2, learningRate: 0.2 }).learn(points).ids;
    const args = ["--dims", "3", "--max-clusters", "2", "--param", "learning_rate=0.2", "--out", "few.i32"];
    assertEquals(ncs(["label", "p.f32", ...args]).err, "");
    assertEquals(i32("few.i32"), ids);
  });

  it("leaves no output where the data is bad, and says where", () => {
    writeFileSync(file("bad.csv"), `${csv}1,2,x\n`);
    writeFileSync(file("bad.f32"), new Uint8Array(Float32Array.of(1, 2, 3, 4, NaN, 6).buffer));
    assertFails(
      ncs(["label", "bad.csv", "--out", "bad.i32"]),
      1,
      `bad.csv:${POINTS + 2}: column 3 (c): "x" is not a number`,
    );
    assertFails(ncs(["label", "bad.f32", "--dims", "3", "--out", "bad.i32"]), 1, "bad.f32: point 2, column 2: NaN");
    assertFails(ncs(["label", "p.f32", "--dims", "7", "--out", "bad.i32"]), 1, "ends inside a point");
    assertFails(ncs(["label", "none.csv", "--out", "bad.i32"]), 1, "none.csv: no such file");
    assertFails(ncs(["label", "--format", "csv", "--out", "bad.i32"], "\n"), 1, "no points");
    assertEquals(readdirSync(folder).filter((name) => name.startsWith("bad.i32")), []);
  });

  it("keeps the output of an earlier run where the data is bad", () => {
    writeFileSync(file("kept.i32"), "kept");
    assertFails(ncs(["label", "bad.csv", "--out", "kept.i32"]), 1, "not a number");
    assertEquals(readFileSync(file("kept.i32"), "utf8"), "kept");
  });

  it("writes into a special file instead of replacing it", () => {
    assertEquals(ncs(["label", "p.csv", "--out", "/dev/null", "--out-format", "csv"]).status, 0);
    assertEquals(readFileSync("/dev/null").length, 0);
  });

  it("writes to where a link leads, to a file that is there, is not yet, or to a pipe", () => {
    writeFileSync(file("real.i32"), "old");
    symlinkSync("real.i32", file("link.i32"));
    symlinkSync("new.i32", file("early.i32"));
    for (const [link, real] of [["link.i32", "real.i32"], ["early.i32", "new.i32"]]) {
      assertEquals(ncs(["label", "p.csv", "--out", link]).err, "");
      assert(lstatSync(file(link)).isSymbolicLink(), `${link} is a link still`);
      assertEquals(i32(real), expected.ids);
    }
    symlinkSync("/dev/stdout", file("out.csv"));
    // A shell's pipe: what a runtime gives its children may be a socket, which has no name to be opened by.
    const piped = [`"$@" | cat`, "sh", process.execPath, ...RUNTIME, "label", "p.csv", "--out", "out.csv"];
    const { stdout } = spawnSync("sh", ["-c", ...piped], {
      env: { ...process.env, INIT_CWD: folder },
      maxBuffer: 1 << 26,
    });
    assertEquals(stdout.toString().split("\n").length, POINTS + 2);
    assert(lstatSync(file("out.csv")).isSymbolicLink());
  });

  it("says in a line why an output cannot be written", () => {
    mkdirSync(file("folder.csv"));
    writeFileSync(file("few.csv"), "1,2\n3,4\n");
    const cases = [["folder.csv", "EISDIR"], ["none/labels.csv", "ENOENT"]];
    if (existsSync("/dev/full")) cases.push(["/dev/full", "o space left"]);
    for (const [out, message] of cases) {
      const result = ncs(["label", "few.csv", "--out", out, "--out-format", "csv"]);
      assertFails(result, 1, message);
      assertEquals(result.err.trimEnd().split("\n").length, 1, result.err);
    }
  });

  it("says in a line that rows are too wide", () => {
    writeFileSync(file("wide.csv"), Array(1025).fill("1").join(","));
    const result = ncs(["label", "wide.csv"]);
    assertFails(result, 1, "wide.csv: dims must be an integer from 1 to 1024, not 1025");
    assertEquals(result.err.trimEnd().split("\n").length, 1, result.err);
  });

  it("refuses commands that make no sense", () => {
    const cases: [string[], string][] = [
      [[], "which command?"],
      [["lable"], "no command lable"],
      [["label", "p.csv", "q.csv"], "one FILE"],
      [["label", "p.f32"], "give --dims"],
      [["label", "p.bin"], "give --format"],
      [["label", "p.csv", "--out", "labels.txt"], "--out-format"],
      [["label", "p.csv", "--out", "p.csv"], "is the input"],
      [["label", "p.csv", "--dims", "4"], "--dims 4, but the points of p.csv have 3"],
      [["label", "p.f32", "--dims", "0"], "dims must be"],
      [["label", "p.csv", "--param", "max_clusters=1"], "max_clusters must be"],
      [["label", "p.csv", "--param", "radius=1"], "unknown parameter radius"],
      [["label", "p.csv", "--param", "radius"], "give NAME=VALUE"],
      [["label", "p.csv", "--speed"], "--speed"],
      [["label", "p.csv", "--format", "xml"], "--format must be one of csv, ndjson, f32"],
    ];
    for (const [args, message] of cases) assertFails(ncs(args), 2, message);
  });
});

describe("ncs summary", () => {
  it("shows the clusters, the points, the events", () => {
    const result = text(ncs(["summary", "p.csv"]));
    assertStringIncludes(result, "40,000 points of 3 dimensions, 3 clusters now");
    assertStringIncludes(text(ncs(["summary", "--format", "csv"], "7\n")), "1 point of 1 dimension, 1 cluster now");
    assertStringIncludes(result, "born");
  });

  it("gives the same as JSON", () => {
    const { status, clusters, events, outliers } = JSON.parse(text(ncs(["summary", "p.csv", "--json"])));
    assertEquals([status.points, clusters.length], [POINTS, 3]);
    assert(events.born >= 1 && clusters.every(({ center }: { center: number[] }) => center.length === DIMS));
    assertEquals(outliers, expected.isOutlier.reduce((sum, flag) => sum + flag, 0));
  });
});

describe("ncs --help", () => {
  it("is there at each level", () => {
    for (const args of [["--help"], ["label", "--help"], ["summary", "--help"]]) {
      const result = ncs(args);
      assertEquals(result.status, 0);
      assertStringIncludes(text(result), `deno task ncs ${args.length > 1 ? args[0] : "label"}`);
    }
  });
});
