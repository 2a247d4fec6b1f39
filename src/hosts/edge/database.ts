/** The SQLite database of a Durable Object. What it has written is on disk before an answer leaves the object. */
import { pendingSteps } from "../../store/migrations.ts";
import type { Database, Value } from "../../store/sqlite/database.ts";
import { STEPS } from "./schema.ts";
import type { ObjectStorage } from "./workerd.d.ts";

export class ObjectDatabase implements Database {
  #storage: ObjectStorage;
  #isReady = false;

  constructor(storage: ObjectStorage) {
    this.#storage = storage;
  }

  /** Whether there are tables. To ask writes nothing: objects of names that strangers ask for stay empty. */
  get isMade(): boolean {
    return this.#isReady || this.#exec("SELECT 1 FROM sqlite_master WHERE name = 'version'").length > 0;
  }

  run(sql: string, ...values: Value[]): number {
    this.#prepare();
    this.#exec(sql, ...values);
    return this.#exec<{ changed: number }>("SELECT changes() AS changed")[0].changed;
  }

  get<Row>(sql: string, ...values: Value[]): Row | undefined {
    return this.all<Row>(sql, ...values)[0];
  }

  all<Row>(sql: string, ...values: Value[]): Row[] {
    this.#prepare();
    return this.#exec(sql, ...values);
  }

  transaction(act: () => void): void {
    this.#prepare();
    this.#storage.transactionSync(act);
  }

  isConstraint(error: unknown): boolean {
    return /\bSQLITE_CONSTRAINT\b/.test(String(error));
  }

  /** The host looks after its files. */
  shrink(): void {}

  /** The object's storage is open as long as the object is. */
  close(): void {}

  /** Lets go of everything, so that an object without a stream takes no room. */
  async erase(): Promise<void> {
    this.#isReady = false;
    await this.#storage.deleteAll();
  }

  /** Throws StoreError where a newer build wrote the tables. */
  #prepare(): void {
    if (this.#isReady) return;
    this.#storage.transactionSync(() => {
      this.#exec("CREATE TABLE IF NOT EXISTS version (number INTEGER NOT NULL)");
      const version = this.#exec<{ number: number }>("SELECT number FROM version")[0]?.number ?? 0;
      const steps = pendingSteps("the object", version, STEPS);
      for (const step of steps) this.#exec(step);
      if (steps.length === 0) return;
      this.#exec("DELETE FROM version");
      this.#exec("INSERT INTO version VALUES (?)", STEPS.length);
    });
    this.#isReady = true;
  }

  #exec<Row>(sql: string, ...values: Value[]): Row[] {
    return Array.from(this.#storage.sql.exec(sql, ...values), withOctets) as Row[];
  }
}

/** Octets come as ArrayBuffer. */
function withOctets(row: Record<string, unknown>): Record<string, unknown> {
  for (const [name, value] of Object.entries(row)) if (value instanceof ArrayBuffer) row[name] = new Uint8Array(value);
  return row;
}
