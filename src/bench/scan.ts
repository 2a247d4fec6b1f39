/** The bare scan of assembly/bench/scan.ts: its module, its points, one run. */
import { readFile } from "node:fs/promises";

/** Centres that it scans, as many as a stream with the defaults has micro-clusters. */
export const CENTRES = 128;

/** Points in its memory: few enough to stay in the cache with the centres. A multiple of eight. */
export const SCAN_POINTS = 1024;

interface Exports {
  memory: WebAssembly.Memory;
  init(dims: number, points: number): void;
  centres(): number;
  points(): number;
  nearest(): number;
  scan(): void;
}

const MODULE = new URL("../../build/scan.wasm", import.meta.url);

export async function loadScan(): Promise<WebAssembly.Module> {
  return await WebAssembly.compile(new Uint8Array(await readFile(MODULE)));
}

/**
 * A scan of the first SCAN_POINTS points of a stream against its last CENTRES points, all in the module's own memory.
 * Throws where the module finds another centre than plain comparison does.
 */
export function createScan(module: WebAssembly.Module, stream: Float32Array, dims: number): () => void {
  const kernel = new WebAssembly.Instance(module).exports as unknown as Exports;
  kernel.init(dims, SCAN_POINTS);
  const { buffer } = kernel.memory, centres = stream.subarray(-CENTRES * dims);
  new Float32Array(buffer, kernel.centres(), CENTRES * dims).set(centres);
  pack(new Float32Array(buffer, kernel.points(), SCAN_POINTS * dims), stream, dims);
  kernel.scan();
  new Int32Array(buffer, kernel.nearest(), SCAN_POINTS).forEach((found, i) => {
    const expected = nearest(stream.subarray(i * dims, (i + 1) * dims), centres);
    if (found !== expected) throw new Error(`the scan finds centre ${found} for point ${i}, it is ${expected}`);
  });
  return () => kernel.scan();
}

/** Packs points in fours: coordinate by coordinate, four points each. */
function pack(packed: Float32Array, stream: Float32Array, dims: number): void {
  for (let point = 0; point < SCAN_POINTS; point++) {
    const first = (point - point % 4) * dims + point % 4;
    for (let axis = 0; axis < dims; axis++) packed[first + 4 * axis] = stream[point * dims + axis];
  }
}

/** Index of the nearest centre, in single precision and in the order of the scan. */
function nearest(point: Float32Array, centres: Float32Array): number {
  let best = -1, least = Infinity;
  for (let centre = 0; centre < CENTRES; centre++) {
    const sum = point.reduce((total, x, axis) => {
      const difference = Math.fround(x - centres[centre * point.length + axis]);
      return Math.fround(total + Math.fround(difference * difference));
    }, 0);
    if (sum >= least) continue;
    best = centre;
    least = sum;
  }
  return best;
}
