/** Points from newline-delimited JSON: an array of numbers a line, or an object that has one as `point`; blank lines skipped. */
import { COORDINATE_MAX } from "../engine/mod.ts";
import { type Batch, join, type Parser, Rows } from "./batch.ts";
import { DataError } from "./errors.ts";

const LINE_FEED = 0x0a;

/** Octets of a line. */
const LINE_MAX = 1 << 20;

export class NdjsonParser implements Parser {
  #name: string;
  #rows = new Rows();
  #rest: Uint8Array = new Uint8Array();
  #line = 0;
  #text = new TextDecoder("utf-8", { fatal: true });

  constructor(name: string) {
    this.#name = name;
  }

  push(chunk: Uint8Array): Batch | undefined {
    const octets = join(this.#rest, chunk), end = octets.lastIndexOf(LINE_FEED) + 1;
    this.#rest = octets.slice(end);
    if (this.#rest.length > LINE_MAX) throw this.#error(`a line of more than ${LINE_MAX} octets`, 1);
    return this.#parse(octets.subarray(0, end));
  }

  end(): Batch | undefined {
    return this.#parse(this.#rest);
  }

  #parse(octets: Uint8Array): Batch | undefined {
    const lines = this.#decode(octets).split("\n");
    // What follows the last line feed is empty, and no line.
    if (lines.at(-1) === "") lines.pop();
    for (const line of lines) {
      this.#line++;
      if (line.trim() !== "") this.#add(this.#read(line));
    }
    return this.#rows.take();
  }

  #decode(octets: Uint8Array): string {
    try {
      return this.#text.decode(octets);
    } catch {
      throw this.#error("not UTF-8 from here on", 1);
    }
  }

  #read(line: string): unknown {
    try {
      const value = JSON.parse(line);
      return Array.isArray(value) ? value : value?.point;
    } catch (error) {
      throw this.#error(`not JSON: ${(error as Error).message}`);
    }
  }

  #add(point: unknown): void {
    if (!Array.isArray(point)) throw this.#error('neither an array nor an object with an array "point"');
    if (this.#rows.dims === 0) this.#rows.dims = point.length;
    if (point.length === 0) throw this.#error("a point of no numbers");
    if (point.length !== this.#rows.dims) {
      throw this.#error(`${point.length} numbers, the first point has ${this.#rows.dims}`);
    }
    for (let i = 0; i < point.length; i++) {
      const value = point[i];
      if (typeof value !== "number") throw this.#error(`column ${i + 1}: ${JSON.stringify(value)} is not a number`);
      if (Math.abs(value) > COORDINATE_MAX) throw this.#error(`column ${i + 1}: ${value} is beyond 1e15`);
      this.#rows.add(value);
    }
  }

  #error(message: string, ahead = 0): DataError {
    return new DataError(`${this.#name}:${this.#line + ahead}: ${message}`);
  }
}
