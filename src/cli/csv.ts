/**
 * Points from CSV (RFC 4180): one a record, a header of names allowed, CRLF or LF, quotes, blank lines skipped. Records are
 * cut and numbers read from the octets: no text is made of them.
 */
import { COORDINATE_MAX } from "../engine/mod.ts";
import { type Batch, join, type Parser, Rows } from "./batch.ts";
import { parseDecimal } from "./decimal.ts";
import { DataError } from "./errors.ts";

const COMMA = 0x2c, QUOTE = 0x22, LINE_FEED = 0x0a, BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** What other files begin with, and what is to be done: their octets would be taken for a header. */
const FOREIGN: [head: number[], says: string][] = [
  [[0x1f, 0x8b], "is compressed by gzip: decompress it first"],
  [[0xff, 0xfe], "is UTF-16: write it as UTF-8"],
  [[0xfe, 0xff], "is UTF-16: write it as UTF-8"],
];

/** A record longer than this is taken for an unclosed quote. Octets. */
const RECORD_MAX = 1 << 20;

const text = new TextDecoder();

export class CsvParser implements Parser {
  #name: string;
  /** Wanted columns: names, or numbers from 1; all where undefined. */
  #wanted: readonly string[] | undefined;
  #rows = new Rows();
  #rest: Uint8Array = new Uint8Array();
  #line = 1;
  /** Lines that the current record spans. */
  #span = 1;
  #started = false;
  #octets: Uint8Array = this.#rest;
  /** Where the fields of the current record begin and end. */
  #from: number[] = [];
  #to: number[] = [];
  #fields = 0;
  /** Indices of the columns that make the point, and the names of all where there is a header. */
  #columns: number[] = [];
  #names: string[] = [];
  #width = 0;

  constructor(name: string, wanted?: readonly string[]) {
    this.#name = name;
    this.#wanted = wanted;
  }

  push(chunk: Uint8Array): Batch | undefined {
    return this.#parse(join(this.#rest, chunk), false);
  }

  end(): Batch | undefined {
    return this.#parse(this.#rest, true);
  }

  #parse(octets: Uint8Array, final: boolean): Batch | undefined {
    this.#octets = octets;
    let at = this.#afterMark(final);
    while (at < octets.length) {
      const next = this.#cut(at, final);
      if (next < 0) break;
      this.#record();
      this.#line += this.#span;
      at = next;
    }
    this.#rest = octets.slice(at);
    if (this.#rest.length > RECORD_MAX) throw this.#error(`more than ${RECORD_MAX} octets: is a quote not closed?`);
    return this.#rows.take();
  }

  /** Skips the mark that some programs write at the head of a file. Throws DataError where another one tells that it is no CSV. */
  #afterMark(final: boolean): number {
    if (this.#started || (this.#octets.length < BYTE_ORDER_MARK.length && !final)) return 0;
    this.#started = true;
    const beginsWith = (head: number[]) => head.every((octet, i) => this.#octets[i] === octet);
    for (const [head, says] of FOREIGN) if (beginsWith(head)) throw this.#error(says);
    return beginsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  }

  /** Finds the fields of the record at `at`; answers where the next one begins, -1 where this one is not complete yet. */
  #cut(at: number, final: boolean): number {
    const octets = this.#octets, { length } = octets;
    this.#span = 1;
    for (this.#fields = 0;;) {
      const quoted = octets[at] === QUOTE, from = quoted ? at + 1 : at;
      if (quoted) at = this.#closingQuote(from, final);
      else while (at < length && octets[at] !== COMMA && octets[at] !== LINE_FEED) at++;
      if (at < 0) return -1;
      if (quoted) this.#span += octets.subarray(from, at).filter((octet) => octet === LINE_FEED).length;
      this.#from[this.#fields] = from;
      this.#to[this.#fields++] = at;
      if (quoted) at = this.#afterQuote(at + 1);
      if (at === length) return final ? at : -1;
      if (octets[at++] === LINE_FEED) return at;
    }
  }

  #closingQuote(at: number, final: boolean): number {
    for (;;) {
      const quote = this.#octets.indexOf(QUOTE, at);
      if (quote < 0 && final) throw this.#error("a quote is not closed");
      if (quote < 0 || (quote + 1 === this.#octets.length && !final)) return -1;
      if (this.#octets[quote + 1] !== QUOTE) return quote;
      at = quote + 2;
    }
  }

  #afterQuote(at: number): number {
    if (this.#octets[at] === 0x0d) at++;
    const octet = this.#octets[at];
    if (at < this.#octets.length && octet !== COMMA && octet !== LINE_FEED) {
      throw this.#error("text after a closing quote");
    }
    return at;
  }

  #record(): void {
    if (this.#fields === 1 && this.#text(0) === "") return;
    if (this.#width === 0 && this.#open()) return;
    if (this.#fields !== this.#width) {
      throw this.#error(`${this.#fields} columns, the first row has ${this.#width}`);
    }
    for (const column of this.#columns) this.#rows.add(this.#number(column));
  }

  /** Settles the columns by the first record; true where it is a header: no wanted field of it is a number. */
  #open(): boolean {
    this.#width = this.#fields;
    const all = Array.from({ length: this.#fields }, (_, column) => column);
    const first = all.map((column) => this.#text(column));
    const columns = this.#wanted?.map((wanted) => this.#find(wanted, first)) ?? all;
    const header = columns.every((column) => Number.isNaN(this.#value(column)));
    if (header) this.#names = first;
    this.#columns = columns;
    this.#rows.dims = columns.length;
    return header;
  }

  #find(wanted: string, names: readonly string[]): number {
    const named = names.indexOf(wanted);
    if (named >= 0) return named;
    const number = Number(wanted);
    if (Number.isInteger(number) && number >= 1 && number <= names.length) return number - 1;
    throw this.#error(`no column ${JSON.stringify(wanted)} among ${names.join(", ")}`);
  }

  #value(column: number): number {
    return parseDecimal(this.#octets, this.#from[column], this.#to[column]);
  }

  #number(column: number): number {
    const value = this.#value(column);
    if (Math.abs(value) <= COORDINATE_MAX) return value;
    const field = this.#text(column), label = this.#names[column];
    const place = `column ${column + 1}${label ? ` (${label})` : ""}`;
    if (field === "") throw this.#error(`${place} is empty`);
    throw this.#error(`${place}: ${JSON.stringify(field)} is ${Number.isNaN(value) ? "not a number" : "beyond 1e15"}`);
  }

  #text(column: number): string {
    return text.decode(this.#octets.subarray(this.#from[column], this.#to[column])).replaceAll('""', '"').trim();
  }

  #error(message: string): DataError {
    return new DataError(`${this.#name}:${this.#line}: ${message}`);
  }
}
