/** The line that shows on a terminal how far a long run is. Elsewhere nothing is written. */
import process from "node:process";

const EVERY_MS = 200;
const CLEAR_LINE = "\r\x1b[K";

/** Whole numbers as people read them. */
export const grouped = (value: number) => Math.round(value).toLocaleString("en");

export class Progress {
  #terminal = process.stderr.isTTY === true;
  #start = performance.now();
  #shown = 0;

  /** Shows the state of now, at most five times a second. Share: how much of the input is read, in [0, 1], if known. */
  update(points: number, clusters: () => number, share?: number): void {
    this.show(() => {
      const speed = grouped(points / (performance.now() - this.#start) * 1000);
      const done = share === undefined ? "" : `  ${Math.floor(100 * share)} %`;
      return `${grouped(points)} points  ${speed} points/s  ${clusters()} clusters${done}`;
    });
  }

  /** Shows a line, at most five times a second. */
  show(line: () => string): void {
    const now = performance.now();
    if (!this.#terminal || now - this.#shown < EVERY_MS) return;
    this.#shown = now;
    process.stderr.write(CLEAR_LINE + line());
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#terminal) process.stderr.write(CLEAR_LINE);
  }
}

/** "1 stream", "2,000 streams". */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}
