/** `deno task quality`: how well the engine clusters, on labelled streams from a folder or on generated ones. */
import process from "node:process";
import { parseArgs } from "node:util";
import { loadKernel, userPath } from "../cli/paths.ts";
import { generatedStreams } from "./catalogue.ts";
import { checkFloors } from "./floors.ts";
import { folderStreams } from "./folder.ts";
import { label } from "./label.ts";
import { floorLine, groupMeans, groupTable, streamTable } from "./report.ts";
import { score } from "./score.ts";

const HELP = `Measures the quality of the clusters on labelled streams.

  deno task quality [--streams FOLDER] [--seed N] [--only NAME]... [--floors] [--json]

  --streams FOLDER  streams.json and, for each stream, NAME.f32 and NAME.labels.i32
  --seed N          without a folder: the seed of the generated streams (default 1)
  --only NAME       this stream only; may be repeated
  --floors          exit status 1 where the mean of a group is below its floor
  --json            a line of JSON a stream, then one a group`;

const OPTIONS = {
  streams: { type: "string" },
  seed: { type: "string", default: "1" },
  only: { type: "string", multiple: true },
  floors: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed ${values.seed}: not a whole number`);
  const module = await loadKernel();
  const scores = [];
  for (const stream of values.streams ? folderStreams(userPath(values.streams)) : generatedStreams(seed)) {
    if (values.only && !values.only.includes(stream.name)) continue;
    const result = score(stream, label(module, stream));
    if (values.json) console.log(JSON.stringify(result));
    scores.push(result);
  }
  if (scores.length === 0) throw new Error("no stream of that name");
  const means = groupMeans(scores);
  if (values.json) means.forEach((group) => console.log(JSON.stringify(group)));
  else console.log(`${streamTable(scores)}\n\n${groupTable(means)}`);
  if (!values.floors) return 0;
  const checks = checkFloors(scores);
  checks.forEach((check) => console.error(floorLine(check)));
  return checks.every((check) => check.holds) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
