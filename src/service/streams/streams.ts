/** All streams of the service: found by name, loaded when asked for, let go when idle. */
import type { Options } from "../../engine/mod.ts";
import type { StoredSnapshot, StoredStream } from "../../store/mod.ts";
import { Problem, streamNotFound } from "../http/problem.ts";
import { STREAM_NAME } from "../schema/streams.ts";
import { Room, type RoomConfig } from "./room.ts";
import { Stream, type StreamParts } from "./stream.ts";
import { withEventsAfter } from "./state.ts";
import { Turns } from "./turns.ts";

/** The stream of the paths that name none; it is there from the first request. */
export const DEFAULT_STREAM = "default";

/** A request has a stream for so long at most before it does something with it: its body is given half as long. */
const HELD_MS = 60_000;

export interface StreamsConfig extends RoomConfig {
  /** Parameters of the stream `default`. */
  parameters: Options;
  /** Streams that there may be. */
  streamsMax: number;
  /** Of those, as many as one key or user may have made. */
  perCreatorMax: number;
}

export class Streams {
  #streams = new Map<string, Stream>();
  #finding = new Map<string, Promise<Stream>>();
  /** Streams are made one after the other, so that none slips past the limits. */
  #making = new Turns();
  #room: Room;

  constructor(readonly parts: Omit<StreamParts, "room">, readonly config: StreamsConfig) {
    this.#room = new Room(config, () => this.live(), parts.onError);
  }

  /** The streams in memory. */
  *live(): Generator<Stream> {
    for (const stream of this.#streams.values()) if (stream.loaded) yield stream;
  }

  /** The stream of that name. Throws Problem stream_not_found. */
  get(name: string): Stream | Promise<Stream> {
    const known = this.#streams.get(name);
    if (!known) return this.#findOnce(name);
    known.usedAt = this.parts.clock.elapsed();
    return known;
  }

  async list(): Promise<StoredStream[]> {
    return await this.parts.store.streams();
  }

  /** Makes a stream; false where the name is in use. Throws Problem too_many_streams, too_many_own_streams. */
  async create(name: string, dims: number | null, parameters: Options, creator: string): Promise<boolean> {
    return await this.#making.take(0, async () => {
      this.#checkRoom(await this.list(), creator);
      return await this.parts.store.createStream({ name, dims, parameters, created: this.parts.clock.now(), creator });
    });
  }

  #checkRoom(all: StoredStream[], creator: string): void {
    const { streamsMax, perCreatorMax } = this.config;
    if (all.length >= streamsMax) {
      throw new Problem("too_many_streams", `there are ${streamsMax} streams, as many as there may be`);
    }
    if (all.filter((stream) => stream.creator === creator).length < perCreatorMax) return;
    throw new Problem(
      "too_many_own_streams",
      `${creator} has made ${perCreatorMax} streams that are still there, as many as one may; delete one that is not needed`,
    );
  }

  /**
   * Puts a stream there with its state; false where the name is in use and `replaces` is not said. Whoever listens to events
   * of a stream that is replaced gets those of the new one, numbered on. Throws Problem too_many_streams.
   */
  async import(stream: StoredStream, state: Omit<StoredSnapshot, "sequence">, replaces: boolean): Promise<boolean> {
    return await this.#making.take(0, async () => {
      const { store } = this.parts, { name } = stream;
      const isThere = await this.#isThere(name);
      if (isThere && !replaces) return false;
      if (!isThere && (await this.list()).length >= this.config.streamsMax) {
        throw new Problem("too_many_streams", `there are ${this.config.streamsMax} streams, as many as there may be`);
      }
      const write = async () => {
        const extra = withEventsAfter(await store.lastEvent(name), state.extra);
        return await store.importStream(stream, { ...state, extra }, replaces);
      };
      return await (isThere ? (await this.get(name)).reread(write) : write());
    });
  }

  /** Deletes a stream with everything that belongs to it. Throws Problem stream_not_found. */
  async delete(name: string): Promise<void> {
    const { store } = this.parts;
    if (!(await this.#isThere(name))) throw streamNotFound(name);
    const stream = await this.get(name);
    // It is here until it is gone from the store, so that who asks meanwhile waits rather than reads it anew.
    await stream.reread(async () => {
      if (stream.isDeleted) throw streamNotFound(name);
      const isThere = await store.deleteStream(name);
      stream.isDeleted = true;
      this.#streams.delete(name);
      if (!isThere) throw streamNotFound(name);
    });
  }

  isLoaded(name: string): boolean {
    return this.#streams.get(name)?.loaded !== undefined;
  }

  /** Keeps a snapshot and lets the memory go. */
  async unload(name: string): Promise<void> {
    await this.#streams.get(name)?.unload();
  }

  /** The store may have another state than is in memory: it is read before the stream is used. */
  abandon(name: string): void {
    this.#streams.get(name)?.abandon();
  }

  /** The store may have no such stream any more. */
  forget(name: string): void {
    this.abandon(name);
    this.#streams.delete(name);
  }

  /** Lets go of the streams that are idle or too many. */
  async sweep(): Promise<void> {
    const now = this.parts.clock.elapsed();
    await this.#room.sweep(now - this.config.idle_ms);
    this.#forgetUnused(now - HELD_MS);
  }

  /** Keeps a snapshot of every stream, so that the next start is quick. */
  async close(): Promise<void> {
    await this.#room.clear();
  }

  /**
   * What is not in memory and was not asked for since `before` is not remembered beyond the number of streams in memory.
   * A request that still has it would else learn beside the others.
   */
  #forgetUnused(before: number): void {
    for (const [name, { loaded, isQuiet, usedAt }] of this.#streams) {
      if (this.#streams.size <= 2 * this.config.liveMax) return;
      if (!loaded && isQuiet && usedAt < before) this.#streams.delete(name);
    }
  }

  #findOnce(name: string): Promise<Stream> {
    const under = this.#finding.get(name) ?? this.#find(name).finally(() => this.#finding.delete(name));
    this.#finding.set(name, under);
    return under;
  }

  /** What is no name is not asked for: a store that cannot take it would seem to be out of reach. */
  async #isThere(name: string): Promise<boolean> {
    return STREAM_NAME.test(name) && await this.parts.store.stream(name) !== undefined;
  }

  async #find(name: string): Promise<Stream> {
    if (!(await this.#isThere(name))) {
      if (name !== DEFAULT_STREAM) throw streamNotFound(name);
      const created = this.parts.clock.now();
      await this.parts.store.createStream({
        name,
        dims: null,
        parameters: this.config.parameters,
        created,
        creator: null,
      });
    }
    const stream = new Stream(name, { ...this.parts, room: this.#room });
    this.#streams.set(name, stream);
    return stream;
  }
}
