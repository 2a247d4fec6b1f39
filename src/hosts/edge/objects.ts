/** The Durable Objects: one for the directory, one for each stream. */
import { DurableObject } from "cloudflare:workers";
import { type Bindings, directoryStub } from "./configuration.ts";
import { ObjectDatabase } from "./database.ts";
import { directoryOf, DirectoryStore, type Question } from "./directory.ts";
import { logError, Service } from "./service.ts";
import { StreamStore } from "./stream_store.ts";
import type { ObjectState } from "./workerd.d.ts";

/** Accounts, keys, revocations, and the list of streams. */
export class DirectoryObject extends DurableObject<Bindings> {
  #store: DirectoryStore;
  #service: Service;

  constructor(ctx: ObjectState, env: Bindings) {
    super(ctx, env);
    this.#store = new DirectoryStore(new ObjectDatabase(ctx.storage));
    this.#service = new Service(env, this.#store);
  }

  fetch(request: Request): Promise<Response> {
    return this.#service.fetch(request);
  }

  /** For the objects of streams alone: a method is reached through a binding, not through HTTP. */
  ask(question: Question, args: never[]): Promise<unknown> {
    const answer = this.#store[question] as (...args: never[]) => Promise<unknown>;
    return answer.apply(this.#store, args);
  }
}

/** One stream: learning is in order, and an object does one thing at a time, so the one is the measure of the other. */
export class StreamObject extends DurableObject<Bindings> {
  #service: Service;

  constructor(ctx: ObjectState, env: Bindings) {
    super(ctx, env);
    const directory = directoryOf(directoryStub(env));
    const onError = logError("the directory was not told of a write");
    const store = new StreamStore(new ObjectDatabase(ctx.storage), directory, onError, ctx.id.name);
    this.#service = new Service(env, store);
  }

  fetch(request: Request): Promise<Response> {
    return this.#service.fetch(request);
  }
}
