/**
 * Small arrays out of one large buffer. An array with a buffer of its own is an allocation outside the heap: on Deno, and
 * wherever its octets are looked at, that costs more than to learn a point.
 */

const SLAB_BYTES = 65_536;

/** Larger arrays have a buffer of their own, so that a slab serves many and none keeps much alive. */
const SMALL_BYTES = 1024;

let slab = new ArrayBuffer(SLAB_BYTES), used = 0;

/** So many zeros. */
export function doubles(count: number): Float64Array<ArrayBuffer> {
  const bytes = count * Float64Array.BYTES_PER_ELEMENT;
  if (bytes > SMALL_BYTES) return new Float64Array(count);
  if (used + bytes > SLAB_BYTES) {
    slab = new ArrayBuffer(SLAB_BYTES);
    used = 0;
  }
  const array = new Float64Array(slab, used, count);
  used += bytes;
  return array;
}
