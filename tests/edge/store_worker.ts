/** The stores of Durable Objects behind HTTP, so that the contract can be held against them from outside. */
import { DurableObject } from "cloudflare:workers";
import { ObjectDatabase } from "../../src/hosts/edge/database.ts";
import { directoryOf, DirectoryStore, type DirectoryStub, type Question } from "../../src/hosts/edge/directory.ts";
import { ObjectStore } from "../../src/hosts/edge/store.ts";
import { StreamStore } from "../../src/hosts/edge/stream_store.ts";
import type { Namespace, ObjectState } from "../../src/hosts/edge/workerd.d.ts";
import { decode, encode } from "./wire.ts";

interface Bindings {
  DIRECTORY: Namespace<DirectoryStub>;
  STREAMS: Namespace;
}

type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Calls the method that a request names. */
async function call(store: unknown, request: Request): Promise<Response> {
  const { method, args } = decode(await request.text());
  try {
    return new Response(encode({ answer: await (store as Methods)[method](...args) }));
  } catch (error) {
    return new Response(encode({ name: (error as Error).name, message: (error as Error).message }), { status: 500 });
  }
}

export class DirectoryObject extends DurableObject<Bindings> {
  #store: DirectoryStore;
  /** The same tables, without what a directory leaves to others. */
  #whole: ObjectStore;

  constructor(ctx: ObjectState, env: Bindings) {
    super(ctx, env);
    const database = new ObjectDatabase(ctx.storage);
    this.#store = new DirectoryStore(database);
    this.#whole = new ObjectStore(database);
  }

  fetch(request: Request): Promise<Response> {
    return call(this.#whole, request);
  }

  ask(question: Question, args: unknown[]): Promise<unknown> {
    return (this.#store as unknown as Methods)[question](...args);
  }
}

export class StreamObject extends DurableObject<Bindings> {
  #store: StreamStore;

  constructor(ctx: ObjectState, env: Bindings) {
    super(ctx, env);
    // Each store of the contract has a directory of its own, whose name its requests bear.
    const directory = { ask: (...asked: Parameters<DirectoryStub["ask"]>) => this.directory.ask(...asked) };
    this.#store = new StreamStore(new ObjectDatabase(ctx.storage), directoryOf(directory as DirectoryStub), (error) => {
      throw error;
    });
  }

  directory!: DirectoryStub;

  fetch(request: Request): Promise<Response> {
    this.directory = this.env.DIRECTORY.get(this.env.DIRECTORY.idFromName(new URL(request.url).pathname));
    return call(this.#store, request);
  }
}

export default {
  fetch(request: Request, env: Bindings): Promise<Response> {
    const { pathname } = new URL(request.url);
    const namespace = pathname.startsWith("/directory/") ? env.DIRECTORY : env.STREAMS;
    return namespace.get(namespace.idFromName(pathname)).fetch(request);
  },
};
