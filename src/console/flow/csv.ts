/** Points from a CSV file that somebody dropped on the page: what cannot be read is named with its line. */

export interface CsvPoints {
  /** Row-major, shape (n, dims). */
  points: Float32Array;
  dims: number;
  /** Of the columns that make a point; numbered from 1 where there is no header. */
  names: string[];
  /** Columns without numbers: labels, most of all. */
  leftOut: string[];
}

export class CsvError extends Error {
  override name = "CsvError";
}

/** Coordinates that are read; a larger file is better streamed to a server. */
const COORDINATES_MAX = 5_000_000;
const DIMS_MAX = 1000;

interface Line {
  number: number;
  cells: string[];
}

/** Reads a whole file. A column is left out where its first value is no number. Throws CsvError, which names the line. */
export function readCsv(text: string): CsvPoints {
  const lines = linesOf(text);
  const first = lines.next().value;
  if (!first) throw new CsvError("the file has no lines");
  const isHeader = first.cells.every((cell) => !isNumber(cell));
  const sample = isHeader ? lines.next().value : first;
  if (!sample) throw new CsvError("the file has a header and nothing below it");
  const columns = columnsOf(sample);
  const nameOf = (at: number) => isHeader && first.cells[at] ? first.cells[at] : `column ${at + 1}`;
  const rows = rowsOf(sample, lines, first.cells.length, columns, nameOf);
  const others = sample.cells.map((_, at) => at).filter((at) => !columns.includes(at));
  return {
    points: Float32Array.from(rows),
    dims: columns.length,
    names: columns.map(nameOf),
    leftOut: others.map(nameOf),
  };
}

function columnsOf({ number, cells }: Line): number[] {
  const columns = cells.map((_, at) => at).filter((at) => isNumber(cells[at]));
  if (columns.length === 0) throw new CsvError(`line ${number} has no numbers`);
  if (columns.length > DIMS_MAX) throw new CsvError(`line ${number} has more than ${DIMS_MAX} numbers`);
  return columns;
}

function rowsOf(
  sample: Line,
  rest: Iterable<Line>,
  width: number,
  columns: number[],
  nameOf: (at: number) => string,
): number[] {
  const values: number[] = [];
  const add = ({ number, cells }: Line) => {
    if (cells.length !== width) {
      throw new CsvError(`line ${number} has ${cells.length} values, the first line has ${width}`);
    }
    for (const at of columns) {
      if (!isNumber(cells[at])) {
        throw new CsvError(`line ${number}, ${nameOf(at)}: ${JSON.stringify(cells[at])} is no number`);
      }
      values.push(Number(cells[at]));
    }
    if (values.length > COORDINATES_MAX) throw new CsvError(`the file is too large: line ${number} is one too many`);
  };
  add(sample);
  for (const line of rest) add(line);
  return values;
}

function* linesOf(text: string): Generator<Line, undefined> {
  const separator = separatorOf(text);
  let number = 0;
  for (const [, line] of text.replace(/^\ufeff/, "").matchAll(/([^\r\n]*)(?:\r\n|\r|\n|$)/g)) {
    number++;
    if (line.trim() !== "") yield { number, cells: cellsOf(line, separator) };
  }
  return undefined;
}

/** Spreadsheets of many countries write semicolons, since their commas are in the numbers. */
function separatorOf(text: string): string {
  const head = text.slice(0, 10_000).replace(/"[^"]*"/g, "").split(/[\r\n]/).find((line) => line.trim() !== "") ?? "";
  return [";", "\t", ","].find((separator) => head.includes(separator)) ?? ",";
}

/** Quotes may stand round a value, and a separator inside them; a line ends where it ends. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  for (const part of line.split(separator)) {
    const last = cells.length - 1;
    if (last >= 0 && isOpen(cells[last])) cells[last] += separator + part;
    else cells.push(part);
  }
  return cells.map((cell) => withPoint(cell.trim().replace(/^"(.*)"$/, "$1").replaceAll('""', '"').trim(), separator));
}

/** Whether a quote has begun that has not ended: their number is odd. */
function isOpen(cell: string): boolean {
  return cell.includes('"') && cell.split('"').length % 2 === 0;
}

/** Where commas do not separate, one of them is the point of a number. */
function withPoint(cell: string, separator: string): string {
  return separator === "," ? cell : cell.replace(/^([+-]?\d*),(\d+(?:e[+-]?\d+)?)$/i, "$1.$2");
}

/** A number that the kernel takes: finite in 32 bits. */
function isNumber(cell: string | undefined): boolean {
  return cell !== undefined && cell !== "" && Number.isFinite(Math.fround(Number(cell)));
}
