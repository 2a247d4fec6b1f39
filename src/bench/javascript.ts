/** The same algorithm in plain JavaScript: the oracle that the tests hold the kernel against, bit for bit. */
import { Oracle } from "../../tests/oracle/stream.ts";

/** Points that the oracle learns before the clock starts, and in each round: it is slow, and steady soon. */
const WARM_UP_POINTS = 2000, ROUND_POINTS = 1000;

/** An action that learns the next points of the stream, from the first again at its end; answers how many. */
export function createJavaScript(stream: Float32Array, dims: number): () => number {
  const oracle = new Oracle(dims), points = stream.length / dims;
  let at = 0;
  const learn = (count: number) => {
    if (at + count > points) at = 0;
    oracle.learn(stream.subarray(at * dims, (at += count) * dims));
    return count;
  };
  learn(WARM_UP_POINTS);
  return () => learn(ROUND_POINTS);
}
