/** What `--help` says. */
import { describeOption, OPTIONS } from "../engine/mod.ts";

const PARAMETERS = Object.values(OPTIONS).map((spec) =>
  `    ${spec.parameter.padEnd(18)} ${describeOption(spec)} (default ${spec.default})`
).join("\n");

const INPUT =
  `  FILE is .csv, .ndjson (or .jsonl) or .f32 (raw little-endian float32, row-major); "-" or nothing is standard input.

  --format F         csv, ndjson or f32: what FILE is, where its name does not tell
  --dims D           coordinates of a point; needed for f32, checked for the others
  --columns A,B,...  CSV: the columns that make the point, by name or number from 1 (default: all)
  --max-clusters K   most clusters reported
  --param NAME=VALUE may be repeated:
${PARAMETERS}`;

export const HELP: Readonly<Record<string, string>> = {
  ncs: `Clusters a stream of points as it comes.

  deno task ncs label [FILE] --out FILE   the cluster of each point, as it arrives
  deno task ncs summary [FILE]            the clusters at the end

  deno task ncs COMMAND --help            says more

Exit status: 0 done, 1 the data is bad, 2 the command is.`,

  label: `Labels each point as it arrives: its cluster, -1 where none explains it.

  deno task ncs label [FILE] [--out FILE] [options]

  --out FILE         .i32 (little-endian int32, one a point), .csv or .ndjson; "-" or nothing is standard output
  --out-format F     i32, csv or ndjson: what the output is, where its name does not tell (default: as the input; f32 gives i32)

${INPUT}`,

  summary: `Learns all points and shows the clusters that are there at the end.

  deno task ncs summary [FILE] [--json] [options]

  --json             one JSON object

${INPUT}`,
};
