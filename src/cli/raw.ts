/** Points from raw little-endian float32, row-major: nothing but coordinates, so the number of dimensions must be known. */
import { type Batch, join, type Parser } from "./batch.ts";
import { DataError } from "./errors.ts";

export class RawParser implements Parser {
  #name: string;
  #dims: number;
  #rest: Uint8Array = new Uint8Array();
  #points = 0;

  constructor(name: string, dims: number) {
    this.#name = name;
    this.#dims = dims;
  }

  push(chunk: Uint8Array): Batch | undefined {
    const octets = join(this.#rest, chunk), row = 4 * this.#dims;
    const whole = octets.length - octets.length % row;
    this.#rest = octets.slice(whole);
    this.#points += whole / row;
    return whole > 0 ? { dims: this.#dims, points: floats(octets.subarray(0, whole)) } : undefined;
  }

  end(): undefined {
    if (this.#rest.length === 0) return;
    const place = `${this.#rest.length} octets after ${this.#points} points`;
    throw new DataError(`${this.#name}: ends inside a point: ${place} of ${this.#dims} float32 each`);
  }
}

/** A view where the octets lie aligned on a little-endian machine, as nearly all are; else a copy. */
function floats(octets: Uint8Array): Float32Array {
  const little = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  if (little && octets.byteOffset % 4 === 0) {
    return new Float32Array(octets.buffer, octets.byteOffset, octets.length / 4);
  }
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  return Float32Array.from({ length: octets.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
