/** POST /api/v1/process_points: learns a batch and answers a label for each point. */
import { type Assignment, findFaults, NcsError } from "../engine/mod.ts";
import type { Limits } from "./config.ts";
import { type Batch, readBatch, statedDims } from "./points.ts";
import { parameterProblem, pointsProblem } from "./problem.ts";
import { queryOf } from "./query.ts";
import type { Stream } from "./stream.ts";

/** Faults listed at most in one problem document. */
const FAULTS_MAX = 100;

/** What the query asks for. */
interface Wish {
  layers: boolean;
  idsOnly: boolean;
}

/** Learns the points of a request; the answer's body and its media type. Throws Problem; nothing is learned then. */
export async function processPoints(
  request: Request,
  stream: Stream,
  limits: Limits,
): Promise<{ body: string | Uint8Array<ArrayBuffer>; type: string }> {
  const query = queryOf(request, ["dims", "include", "detail"]);
  const wish = readWish(query);
  const dims = statedDims(query, request.headers, limits);
  const batch = await readBatch(request, limits, dims, () => stream.dims);
  if (batch.kind === "octets" && (wish.layers || wish.idsOnly)) {
    throw parameterProblem(wish.layers ? "include" : "detail", "octets are answered by ids alone");
  }
  const assignment = await learn(batch, stream, wish.layers);
  if (batch.kind === "octets") return { body: octetsOf(assignment), type: "application/octet-stream" };
  const answer = wish.idsOnly ? { cluster_ids: Array.from(assignment.ids) } : results(batch.points, assignment);
  return { body: JSON.stringify(answer), type: "application/json" };
}

async function learn(batch: Batch, stream: Stream, layers: boolean): Promise<Assignment> {
  try {
    return await stream.learn(batch.points, batch.dims, layers);
  } catch (error) {
    if (!(error instanceof NcsError) || error.code === "internal") throw error;
    const { code, message, row, column } = error;
    // The engine stops at the first fault; a person wants them all.
    const faults = batch.kind === "json" ? findFaults(batch.points, batch.dims, FAULTS_MAX) : [];
    throw pointsProblem(faults.length > 0 ? faults : [{ code, detail: message, row, column }]);
  }
}

function readWish(query: URLSearchParams): Wish {
  const include = oneOf(query, "include", "layers");
  const detail = oneOf(query, "detail", "ids");
  if (include && detail) throw parameterProblem("include", "detail=ids has no layers to include");
  return { layers: include, idsOnly: detail };
}

function oneOf(query: URLSearchParams, name: string, word: string): boolean {
  const value = query.get(name);
  if (value === null || value === word) return value === word;
  throw parameterProblem(name, `${name} may be ${word}, not ${JSON.stringify(value)}`);
}

function results(points: number[][], assignment: Assignment): unknown[] {
  const { ids, isOutlier, outlierScores, similarities, layers } = assignment;
  return points.map((input_point, index) => ({
    input_point,
    cluster_id: ids[index],
    is_outlier: isOutlier[index] === 1,
    outlier_score: outlierScores[index],
    similarity: similarities[index],
    ...(layers && {
      layers: {
        geometric: layers.geometric[index],
        statistical: layers.statistical[index],
        temporal: layers.temporal[index],
      },
    }),
  }));
}

/** Ids as octets, i32 little-endian as every host that runs the kernel has them. */
function octetsOf({ ids }: Assignment): Uint8Array<ArrayBuffer> {
  return new Uint8Array(ids.buffer as ArrayBuffer, ids.byteOffset, ids.byteLength);
}
