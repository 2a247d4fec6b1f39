/** What is used of workerd: the module "cloudflare:workers" and what it hands to Durable Objects. */

/** https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/ */
export interface SqlStorage {
  /** Runs a statement, or several without values; throws what SQLite says. */
  exec(sql: string, ...values: (string | number | null | Uint8Array)[]): Iterable<Record<string, unknown>>;
}

export interface ObjectStorage {
  readonly sql: SqlStorage;
  /** All of it or none. */
  transactionSync<T>(act: () => T): T;
  /** Everything is gone, the tables too. */
  deleteAll(): Promise<void>;
}

export interface ObjectState {
  /** Has the name that it was found by. */
  readonly id: { readonly name?: string };
  readonly storage: ObjectStorage;
}

/** An object, wherever it is: requests and calls go there. */
export interface Stub {
  fetch(request: Request): Promise<Response>;
}

/** A class of objects, found by name. */
export interface Namespace<S extends Stub = Stub> {
  idFromName(name: string): unknown;
  get(id: unknown): S;
}

/** What a class of objects extends, so that its methods may be called from elsewhere. */
export declare class DurableObject<Env> {
  protected readonly ctx: ObjectState;
  protected readonly env: Env;
  constructor(ctx: ObjectState, env: Env);
}
