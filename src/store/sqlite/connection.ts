/** One connection to a SQLite file, kept for the life of the store: pragmas, prepared statements, transactions. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { pendingSteps, StoreError } from "../migrations.ts";
import type { Database } from "./database.ts";
import { Flusher } from "./flusher.ts";
import { STEPS } from "./schema.ts";

/**
 * When a commit counts as kept. `os`: handed to the operating system; it survives the end of the process in any way,
 * while a power cut may take the last commits (never half of one). `disk`: synced, so that it survives a power cut too.
 */
export type Sync = "os" | "disk";

/** A server that is being replaced lets go of the file within this time. */
const LOCK_WAIT_MS = 2000;
/** An append writes one page at least, a large body many: half as large they serve lone points no better, batches worse. */
const PAGE_BYTES = 8192;
/**
 * The log before it moves to the main file. Each move syncs, and everything waits for it; but pages that were written again
 * meanwhile move once, and a journal that a snapshot holds does not move at all.
 */
const LOG_BYTES = 16 << 20;

const SQLITE_BUSY = 5, SQLITE_CORRUPT = 11, SQLITE_CONSTRAINT = 19, SQLITE_NOTADB = 26;

/** The primary code is the low octet of the extended one. */
function codeOf(error: unknown): number {
  return ((error as { errcode?: number }).errcode ?? 0) & 0xff;
}

/** What a statement writes at least: a page, and its octets. */
function bytesOf(values: SQLInputValue[]): number {
  let bytes = PAGE_BYTES;
  for (const value of values) if (value instanceof Uint8Array) bytes += value.byteLength;
  return bytes;
}

export class Connection implements Database {
  #database: DatabaseSync;
  #statements = new Map<string, StatementSync>();
  /** Undefined where every commit syncs. */
  #flusher: Flusher | undefined;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Opens or makes the file and brings its tables up to date. Throws StoreError where it is in use or too new. */
  static open(path: string, sync: Sync): Connection {
    mkdirSync(dirname(path), { recursive: true });
    const database = new DatabaseSync(path);
    try {
      const connection = new Connection(database);
      connection.#configure(sync);
      connection.#migrate(path);
      if (sync === "os") connection.#flusher = new Flusher(`${path}-wal`);
      return connection;
    } catch (error) {
      database.close();
      const inUse = codeOf(error) === SQLITE_BUSY || /database is locked/.test(String(error));
      if (inUse) throw new StoreError(`${path} is in use by another process: one server per SQLite file`);
      if (codeOf(error) === SQLITE_NOTADB || codeOf(error) === SQLITE_CORRUPT) {
        throw new StoreError(`${path}: ${(error as Error).message}`);
      }
      throw error;
    }
  }

  #configure(sync: Sync): void {
    this.#database.exec(`
      PRAGMA busy_timeout = ${LOCK_WAIT_MS};
      -- The lock is kept: a second server is refused, and a commit need not ask for it.
      PRAGMA locking_mode = EXCLUSIVE;
    `);
    // Of use before the first table alone, and else a write: a file with tables opens on a full disk too.
    if (this.#pages("page_count") === 0) {
      this.#database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL`);
    }
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${sync === "disk" ? "FULL" : "NORMAL"};
      PRAGMA wal_autocheckpoint = ${LOG_BYTES / PAGE_BYTES};
      -- A large transaction does not leave a large log behind.
      PRAGMA journal_size_limit = ${2 * LOG_BYTES};
      PRAGMA foreign_keys = ON;
    `);
  }

  #migrate(path: string): void {
    this.transaction(() => {
      const { user_version: version } = this.get<{ user_version: number }>("PRAGMA user_version")!;
      const steps = pendingSteps(path, version, STEPS);
      for (const step of steps) this.#database.exec(step);
      if (steps.length > 0) this.#database.exec(`PRAGMA user_version = ${STEPS.length}`);
    });
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, statement = this.#database.prepare(sql));
    return statement;
  }

  /** Answers how many rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    this.#flusher?.note(bytesOf(values));
    return Number(this.#prepare(sql).run(...values).changes);
  }

  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    // `all`, as `get` may leave its statement, and so a transaction, open. Queries for one row find one at most.
    return this.all<Row>(sql, ...values)[0];
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  /** All of it or none: whatever goes wrong, a full disk included, leaves the connection outside a transaction. */
  transaction(act: () => void): void {
    this.run("BEGIN IMMEDIATE");
    try {
      act();
      this.run("COMMIT");
    } catch (error) {
      // After some errors SQLite has rolled back by itself.
      if (this.#database.isTransaction) this.run("ROLLBACK");
      throw error;
    }
  }

  isConstraint(error: unknown): boolean {
    return codeOf(error) === SQLITE_CONSTRAINT;
  }

  #pages(pragma: "page_count" | "freelist_count"): number {
    return this.get<Record<string, number>>(`PRAGMA ${pragma}`)![pragma];
  }

  /** Gives pages back to the file system where most of the file is free, at most `pages` at a time. */
  shrink(pages: number): void {
    // The pragma frees a page for each of its rows, so they are all read.
    if (this.#pages("freelist_count") > this.#pages("page_count") / 2) {
      this.all(`PRAGMA incremental_vacuum(${pages})`);
    }
  }

  close(): void {
    this.#statements.clear();
    this.#flusher?.close();
    if (this.#database.isOpen) this.#database.close();
  }
}
