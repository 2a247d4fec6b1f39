/** The load: how many do what, how often. */
export const STREAMS = Array.from({ length: 6 }, (_, index) => `stream-${index}`);

/** Two a stream, one that sends JSON and one that sends octets. */
export const WRITERS = 2 * STREAMS.length;
/** Each reads one stream after the other. */
export const READERS = 3;

/** Who is answered at once sends so often. */
export const PERIOD_MS = 100;

export const DIMS = 3, BATCH_POINTS = 20;
