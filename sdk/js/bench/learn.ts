/** What both contestants run: the same points from the same warm state, through the package's own verbs. */
import { driftingGaussians } from "../../../src/bench/stream.ts";
import { NeuroClusterLocal } from "../src/local.ts";

const BATCH_POINTS = 1000;
/** Points learned before the clock starts: a stream is long, its first minute is not what is measured. */
const WARM_UP_POINTS = 10_000;
/** Coordinates that a round learns, and most points. */
const COORDINATES = 4_000_000, POINTS_MAX = 500_000;

/** Makes a stream of `dims`; answers a round: points per second of learning it once. */
export async function createRound(kernel: WebAssembly.Module, dims: number): Promise<() => Promise<number>> {
  const count = Math.min(POINTS_MAX, Math.ceil(COORDINATES / dims / BATCH_POINTS) * BATCH_POINTS);
  const stream = driftingGaussians(WARM_UP_POINTS + count, dims),
    local = await NeuroClusterLocal.create({ kernel, dims });
  const learn = async (from: number, to: number) => {
    for (let at = from; at < to; at += BATCH_POINTS) {
      await local.processPoints(stream.subarray(at * dims, (at + BATCH_POINTS) * dims), { dims });
    }
  };
  await learn(0, WARM_UP_POINTS);
  const warm = await local.snapshot();
  return async () => {
    await local.restore(warm);
    const began = performance.now();
    await learn(WARM_UP_POINTS, WARM_UP_POINTS + count);
    return count / (performance.now() - began) * 1000;
  };
}
