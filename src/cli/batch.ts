/** How files become points: octets go in chunk by chunk, batches of whole points come out. */

/** Whole points. */
export interface Batch {
  dims: number;
  /** Shape (n x dims), row-major, n >= 1; valid until the parser is fed again. */
  points: Float32Array | Float64Array;
}

/** Turns the octets of one file into points, in bounded memory. */
export interface Parser {
  /** Takes the next octets; answers the points that are complete now. Throws DataError. */
  push(chunk: Uint8Array): Batch | undefined;
  /** Answers what was left at the end of the file. Throws DataError where the file ends inside a point. */
  end(): Batch | undefined;
}

/** The batches of a file, each as soon as its octets are there. */
export async function* readBatches(chunks: AsyncIterable<Uint8Array>, parser: Parser): AsyncGenerator<Batch> {
  for await (const chunk of chunks) {
    const batch = parser.push(chunk);
    if (batch) yield batch;
  }
  const rest = parser.end();
  if (rest) yield rest;
}

/** Two runs of octets one after the other; no copy where the first is empty. */
export function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Rows of coordinates in one growing array that is used again for each batch. */
export class Rows {
  dims = 0;
  #values = new Float64Array(4096);
  #length = 0;

  add(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** The rows added since the last call. */
  take(): Batch | undefined {
    const points = this.#values.subarray(0, this.#length);
    this.#length = 0;
    return points.length > 0 ? { dims: this.dims, points } : undefined;
  }
}
