/** Seeded random numbers, for streams, benchmarks and tests: the same on every host, never for secrets. */

/** A source of random numbers that gives the same sequence for the same seed. */
export interface Random {
  /** Uniform 32-bit unsigned integer. */
  word(): number;
  /** Uniform in [0, 1), 32 bits fine. */
  uniform(): number;
  /** Uniform integer in [0, below). */
  integer(below: number): number;
  /** Normal with mean 0 and deviation 1 (Marsaglia's polar method). */
  normal(): number;
}

/** FNV-1a hash of a text, 32 bits: turns a name into a seed. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** Small fast counting generator, sfc32 (C. Doty-Humphrey, PractRand): three words of state and a counter. */
function words(seed: number, stream: number): () => number {
  let a = seed | 0, b = stream | 0, c = 0x9e3779b9 | 0, counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 16; i++) next();
  return next;
}

/** Random numbers of a seed; different names give independent sequences of the same seed. */
export function random(seed: number, name = ""): Random {
  const word = words(seed, hash(name));
  const uniform = () => word() / 4294967296;
  let spare = NaN;
  const normal = () => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = NaN;
      return value;
    }
    let x = 0, y = 0, r = 0;
    do {
      x = 2 * uniform() - 1;
      y = 2 * uniform() - 1;
      r = x * x + y * y;
    } while (r >= 1 || r === 0);
    const scale = Math.sqrt(-2 * Math.log(r) / r);
    spare = y * scale;
    return x * scale;
  };
  return { word, uniform, normal, integer: (below) => Math.floor(uniform() * below) };
}
