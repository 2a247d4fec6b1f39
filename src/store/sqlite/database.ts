/** What the statements need of a SQLite database, so that they run on whatever gives one: a file, a Durable Object. */

/** What is bound to a statement. */
export type Value = string | number | null | Uint8Array<ArrayBuffer>;

/** A database with its tables up to date. Each method throws what SQLite says. */
export interface Database {
  /** Answers how many rows changed. */
  run(sql: string, ...values: Value[]): number;
  /** The first row. */
  get<Row>(sql: string, ...values: Value[]): Row | undefined;
  /** All rows; octets come as Uint8Array. */
  all<Row>(sql: string, ...values: Value[]): Row[];
  /** All of it or none. */
  transaction(act: () => void): void;
  /** Whether a statement was refused by a key or a reference. */
  isConstraint(error: unknown): boolean;
  /** Gives room back where most of it is free, at most so many pages. */
  shrink(pages: number): void;
  close(): void;
}
