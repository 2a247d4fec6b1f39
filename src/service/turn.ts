/** Turns of the event loop. Every runtime of servers has setImmediate; a timer of no time at all waits a millisecond. */

const { setImmediate } = globalThis as { setImmediate?: (act: () => void) => void };

/** Resolves when everything else that was waiting has had its turn. */
export const othersTurn = (): Promise<void> =>
  new Promise((resolve) => setImmediate ? setImmediate(resolve) : setTimeout(resolve, 0));
