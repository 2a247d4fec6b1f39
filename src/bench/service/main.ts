/**
 * `deno task bench:service`: the service beside plain Hono on the same runtime, in one run: requests of one point with
 * authentication, limits, measures and journal; batches; latency at a set rate; memory after load.
 */
import { Buffer } from "node:buffer";
import process from "node:process";
import { parseArgs } from "node:util";
import { driftingGaussians } from "../stream.ts";
import type { Load } from "./load.ts";
import { run, type Runtime, RUNTIMES, type Server, startHello, startService } from "./servers.ts";

const HELP = `The service beside plain Hono on the same runtime.

  deno task bench:service [--json] [--runtime deno|bun]... [--rounds N] [--seconds N] [--minutes N]

  --rounds N    alternating measurements of each, the best counts (3)
  --seconds N   length of one (3)
  --minutes N   load before memory is compared; 0: not at all (10)`;

const DIMS = 3, CONNECTIONS = 32, LATENCY_RATE = 500;
/** Points and connections of a batch request. */
const JSON_POINTS = 1000, BINARY_POINTS = 10_000, BATCH_CONNECTIONS = 4;

interface Row {
  bench: "service";
  runtime: Runtime;
  case: "single" | "json" | "binary" | "latency" | "memory";
  /** Requests a second over those of the hello route. */
  ratio?: number;
  points_per_second?: number;
  p95_ms?: number;
  /** Resident memory over that of plain Hono after the same load, and over its own half way through. */
  rss_ratio?: number;
  growth?: number;
}

const HELLO = { method: "GET", path: "/", headers: {}, body: "", connections: CONNECTIONS };
const KEY = { "x-api-key": "YOUR_API_KEY" };
const points = driftingGaussians(BINARY_POINTS, DIMS);
const rows = (n: number) => Array.from({ length: n }, (_, i) => Array.from(points.subarray(i * DIMS, (i + 1) * DIMS)));

function post(query: string, type: string, body: Uint8Array | string, connections: number) {
  return {
    method: "POST",
    path: `/api/v1/process_points${query}`,
    headers: { ...KEY, "content-type": type },
    body: Buffer.from(body as string).toString("base64"),
    connections,
  };
}

const SINGLE = post("", "application/json", JSON.stringify({ points: rows(1) }), CONNECTIONS);
const JSON_BATCH = post(
  "?detail=ids",
  "application/json",
  JSON.stringify({ points: rows(JSON_POINTS) }),
  BATCH_CONNECTIONS,
);
const BINARY_BATCH = post(
  `?dims=${DIMS}`,
  "application/octet-stream",
  new Uint8Array(points.buffer),
  BATCH_CONNECTIONS,
);

type Request = Omit<Load, "port" | "seconds">;

/** Requests a second of each, in the best of alternating rounds. */
async function race(contestants: [Server, Request][], rounds: number, seconds: number): Promise<number[]> {
  const best = contestants.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    for (const [index, [{ port }, request]] of contestants.entries()) {
      const result = await run({ ...request, port, seconds });
      best[index] = Math.max(best[index], result.requests / result.seconds);
    }
  }
  return best;
}

async function* measure(runtime: Runtime, rounds: number, seconds: number, minutes: number): AsyncGenerator<Row> {
  const [hello, service] = [await startHello(runtime), await startService(runtime)];
  const row = { bench: "service", runtime } as const;
  try {
    const [plain, single] = await race([[hello, HELLO], [service, SINGLE]], rounds, seconds);
    yield { ...row, case: "single", ratio: single / plain, points_per_second: single };
    const [json, binary] = await race([[service, JSON_BATCH], [service, BINARY_BATCH]], rounds, seconds);
    yield { ...row, case: "json", points_per_second: json * JSON_POINTS };
    yield { ...row, case: "binary", points_per_second: binary * BINARY_POINTS };
    const { p95_ms } = await run({
      ...SINGLE,
      port: service.port,
      connections: 8,
      seconds: 3 * seconds,
      rate: LATENCY_RATE,
    });
    yield { ...row, case: "latency", p95_ms };
  } finally {
    await Promise.all([hello.stop(), service.stop()]);
  }
  if (minutes > 0) yield { ...row, case: "memory", ...await memoryAfter(runtime, minutes) };
}

/** Both take the same load in turn; what they hold then is compared. */
async function memoryAfter(runtime: Runtime, minutes: number): Promise<Pick<Row, "rss_ratio" | "growth">> {
  const [hello, service] = [await startHello(runtime), await startService(runtime)];
  const half = minutes * 30;
  try {
    const load = { connections: CONNECTIONS, rate: LATENCY_RATE, seconds: half };
    const both = () =>
      Promise.all([run({ ...HELLO, ...load, port: hello.port }), run({ ...SINGLE, ...load, port: service.port })]);
    await both();
    const before = service.residentBytes();
    await both();
    return { rss_ratio: service.residentBytes() / hello.residentBytes(), growth: service.residentBytes() / before };
  } finally {
    await Promise.all([hello.stop(), service.stop()]);
  }
}

const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    help: { type: "boolean" },
    runtime: { type: "string", multiple: true },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "3" },
    minutes: { type: "string", default: "10" },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const show = (value: number | undefined, digits: number) =>
  value === undefined ? "" : value.toLocaleString("en", { maximumFractionDigits: digits });
if (!values.json) console.log("runtime  case     ratio  points/s   p95 ms  rss ratio  growth");
for (const runtime of (values.runtime ?? Object.keys(RUNTIMES)) as Runtime[]) {
  const each = measure(runtime, Number(values.rounds), Number(values.seconds), Number(values.minutes));
  for await (const row of each) {
    const columns = [
      runtime.padEnd(7),
      row.case.padEnd(7),
      show(row.ratio, 2).padStart(5),
      show(row.points_per_second, 0).padStart(9),
      show(row.p95_ms, 2).padStart(7),
      show(row.rss_ratio, 2).padStart(9),
      show(row.growth, 2).padStart(6),
    ];
    console.log(values.json ? JSON.stringify(row) : columns.join("  "));
  }
}
