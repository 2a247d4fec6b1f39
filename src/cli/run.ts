/** Sends a source through the engine, batch by batch: what `label` and `summary` share. */
import { type Assignment, Engine, NcsError, type Options } from "../engine/mod.ts";
import { type Batch, readBatches } from "./batch.ts";
import { DataError, UsageError } from "./errors.ts";
import { loadKernel } from "./paths.ts";
import { Progress } from "./progress.ts";
import type { InputRequest, Source } from "./source.ts";

/** What `label` and `summary` are told of the stream. */
export interface StreamRequest extends InputRequest {
  options: Options;
}

/** Counts the octets that pass. */
async function* counted(chunks: AsyncIterable<Uint8Array>, count: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}

/** The engine's refusal of the file's width is the file's fault. */
function createEngine(module: WebAssembly.Module, { dims }: Batch, options: Options, name: string): Engine {
  try {
    return Engine.create(module, dims, options);
  } catch (error) {
    throw error instanceof NcsError ? new DataError(`${name}: ${error.message}`) : error;
  }
}

/** Raw files are checked by the engine: its row and column become those of the file. */
function learn(engine: Engine, { points, dims }: Batch, before: number, name: string): Assignment {
  try {
    return engine.learn(points);
  } catch (error) {
    if (!(error instanceof NcsError) || error.row === undefined || error.column === undefined) throw error;
    const value = points[error.row * dims + error.column];
    throw new DataError(
      `${name}: point ${before + error.row + 1}, column ${error.column + 1}: ${value} is not a usable number`,
    );
  }
}

function checkDims({ dims }: Batch, asked: number | undefined, name: string): void {
  if (asked !== undefined && asked !== dims) {
    throw new UsageError(`--dims ${asked}, but the points of ${name} have ${dims}`);
  }
}

/** Learns every point of the source; `take` gets each batch's assignment and is waited for. Answers the engine. */
export async function runStream(
  request: StreamRequest,
  source: Source,
  take: (assignment: Assignment, engine: Engine) => Promise<void> | void,
): Promise<Engine> {
  const module = await loadKernel(), progress = new Progress();
  let engine: Engine | undefined, points = 0, read = 0;
  try {
    for await (const batch of readBatches(counted(source.chunks, (bytes) => read += bytes), source.parser)) {
      checkDims(batch, request.dims, source.name);
      engine ??= createEngine(module, batch, request.options, source.name);
      const assignment = learn(engine, batch, points, source.name), current = engine;
      points += assignment.ids.length;
      await take(assignment, current);
      progress.update(points, () => current.status().clusters, source.bytes && read / source.bytes);
    }
  } finally {
    progress.clear();
  }
  if (!engine) throw new DataError(`${source.name}: no points in it`);
  return engine;
}
