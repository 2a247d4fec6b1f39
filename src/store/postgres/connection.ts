/** Connections to a Postgres: bounded in time, made anew by themselves, and never asked the same thing twice. */
import process from "node:process";
import postgres, { type Sql } from "postgres";
import { pendingSteps } from "../migrations.ts";
import { STEPS } from "./schema.ts";

/** A server by URL (postgres://user:password@host:port/database?sslmode=require), or by its parts. */
export interface Address {
  url?: string;
  /** Name, address, or the folder of a Unix socket. Default localhost. */
  host?: string;
  /** Default 5432. */
  port?: number;
  database?: string;
  user?: string;
  password?: string;
  /** Most connections. Default CONNECTIONS_MAX. */
  max?: number;
  /** What has no answer by then is refused. Default 10,000. */
  answerMs?: number;
}

/** So that the autoscaler's most replicas, and one more in a roll, have room in the 100 that Postgres allows by default. */
export const CONNECTIONS_MAX = 8;
const CONNECT_MAX_S = 3;
/** What has no answer by then has no server either: its connections are given up. */
const ANSWER_MAX_MS = 10_000;
/** The server ends a statement sooner than that, and then the connection is still good. */
const STATEMENT_SHARE = 0.8;
const MIGRATION_MAX_MS = 120_000;
/** Between one attempt to connect and the next, while queries ask for it. */
const RECONNECT_S = 0.1;
/** Any number, the same in every build: who migrates holds this lock. */
const MIGRATION_LOCK = 7_235_091_113;

export type Value = string | number | boolean | null | Uint8Array;

// deno-lint-ignore no-explicit-any
type Row = any;

function connect({ url, max = CONNECTIONS_MAX, answerMs = ANSWER_MAX_MS, ...parts }: Address): Sql {
  const given = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
  const options = {
    ...given,
    max,
    connect_timeout: CONNECT_MAX_S,
    backoff: RECONNECT_S as unknown as boolean,
    fetch_types: false,
    // 20 is bigint: every one of ours is below 2^53.
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
    connection: {
      application_name: "ncs",
      statement_timeout: Math.round(STATEMENT_SHARE * answerMs),
      default_transaction_isolation: "read committed",
    },
    onnotice: () => {},
  } as Parameters<typeof postgres>[1];
  // The driver would take from PG* variables what is not said here, and Deno would have to allow the server all of them.
  const environment = process.env;
  process.env = {};
  try {
    return (url ? postgres(url, options) : postgres(options)) as Sql;
  } finally {
    process.env = environment;
  }
}

/**
 * New connections to the same server. By the options as the driver has read them, which it takes as they are: reading them
 * anew it would look into the environment, of which a host may have shown it an empty one, or which is not allowed.
 */
function connectAgain({ options }: Sql): Sql {
  return postgres({ ...options, shared: { retries: 0, typeArrayMap: {} } } as unknown as string) as Sql;
}

/** Rejects when the time is over; what was asked for may still happen. */
async function within<T>(ms: number, answer: Promise<T>, giveUp: () => void): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      giveUp();
      reject(new Error(`Postgres did not answer within ${ms / 1000} s`));
    }, ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

export class Connections {
  #address: Address;
  #sql: Sql;
  #closed = false;

  private constructor(address: Address) {
    this.#address = address;
    this.#sql = connect(address);
  }

  /** Connects and brings the tables up to date. Rejects with StoreError where a newer build wrote them. */
  static async open(address: Address): Promise<Connections> {
    const sql = connect({ ...address, max: 1, answerMs: MIGRATION_MAX_MS });
    try {
      await within(MIGRATION_MAX_MS, migrate(sql), () => {});
    } finally {
      await sql.end({ timeout: 1 });
    }
    return new Connections(address);
  }

  /** Rows of one statement, prepared once on each connection; it is a transaction by itself. */
  async query(statement: string, ...values: Value[]): Promise<Row[]> {
    return await this.#ask((sql) => sql.unsafe(statement, values, { prepare: true }));
  }

  /** How many rows a statement changed. */
  async count(statement: string, ...values: Value[]): Promise<number> {
    const { count } = await this.query(statement, ...values) as Row[] & { count: number };
    return count;
  }

  /** Rows of several statements that all see the same state; they go out together. */
  async read(...statements: [statement: string, ...values: Value[]][]): Promise<Row[][]> {
    return await this.#ask((sql) =>
      sql.begin(
        "isolation level repeatable read read only",
        (transaction) =>
          statements.map(([statement, ...values]) => transaction.unsafe(statement, values, { prepare: true })),
      )
    ) as Row[][];
  }

  /** What the last of several statements changed, in one transaction; each sees what was committed when it began. */
  async change(...statements: [statement: string, ...values: Value[]][]): Promise<number> {
    const answers = await this.#ask((sql) =>
      sql.begin((transaction) =>
        statements.map(([statement, ...values]) => transaction.unsafe(statement, values, { prepare: true }))
      )
    ) as { count: number }[];
    return answers.at(-1)!.count;
  }

  async #ask<T>(ask: (sql: Sql) => PromiseLike<T>): Promise<T> {
    if (this.#closed) throw new Error("the store is closed");
    const sql = this.#sql, ms = this.#address.answerMs ?? ANSWER_MAX_MS;
    return await within(ms, Promise.resolve(ask(sql)), () => this.#replace(sql));
  }

  /** A connection without an answer may stay so for many minutes; what else waits on it is rejected now. */
  #replace(stuck: Sql): void {
    if (this.#sql !== stuck || this.#closed) return;
    this.#sql = connectAgain(stuck);
    void stuck.end({ timeout: 0 });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#sql.end({ timeout: 1 });
  }
}

/** All steps or none; another process that migrates is waited for. */
async function migrate(sql: Sql): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction.unsafe(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await transaction.unsafe("CREATE TABLE IF NOT EXISTS ncs_schema (version integer NOT NULL)");
    const [row] = await transaction.unsafe("SELECT version FROM ncs_schema");
    const steps = pendingSteps("the Postgres database", row?.version ?? 0, STEPS);
    if (!row) await transaction.unsafe("INSERT INTO ncs_schema VALUES (0)");
    for (const step of steps) await transaction.unsafe(step);
    if (steps.length > 0) await transaction.unsafe(`UPDATE ncs_schema SET version = ${STEPS.length}`);
  });
}
