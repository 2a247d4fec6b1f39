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

const ENDPOINT = `  --url URL          the server, such as http://localhost:8000
  --api-key KEY      a key with the scope admin and all streams; or NCS_API_KEY in the environment, which is not listed by ps
  --token T          in place of the key, an access token; or NCS_TOKEN
  --data-dir DIR     in place of the server, the folder of its SQLite file, while no server runs on it`;

export const HELP: Readonly<Record<string, string>> = {
  ncs: `Clusters a stream of points as it comes.

  deno task ncs label [FILE] --out FILE   the cluster of each point, as it arrives
  deno task ncs summary [FILE]            the clusters at the end
  deno task ncs backup --out FILE         all streams of a server in one file
  deno task ncs restore FILE              puts them back, on any server

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

  backup: `Copies all streams of a server into one file, each with its state of one moment, while the server works on.

  deno task ncs backup --url URL --api-key KEY --out FILE

  --out FILE         gets its name when all of it is there and its checksums hold; "-" or nothing is standard output
${ENDPOINT}`,

  restore: `Puts the streams of a backup on a server. The file is read to its end first: a damaged one changes nothing.

  deno task ncs restore FILE --url URL --api-key KEY [--existing fail|skip|replace]

  --existing WHAT    streams whose names are in use: fail (default): nothing is restored; skip: they stay; replace: they go
${ENDPOINT}`,
};
