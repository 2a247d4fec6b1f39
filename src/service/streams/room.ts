/**
 * Room in memory for streams. Each is loaded after the one before it, when there is room, so that memory is bounded however
 * many are asked for at once; those used longest ago give way.
 */
import { Turns } from "./turns.ts";

export interface RoomConfig {
  /** Streams in memory at most. */
  liveMax: number;
  /** Octets that their kernels take at most, apart from a stream that is alone and larger. */
  liveBytesMax: number;
  /** An idle stream is let go after so long. */
  idle_ms: number;
}

/** A stream, as far as room goes. */
export interface Resident {
  readonly name: string;
  readonly usedAt: number;
  readonly isQuiet: boolean;
  readonly loaded: { readonly bytes: number } | undefined;
  unload(): Promise<void>;
}

export class Room {
  #loading = new Turns();

  constructor(
    readonly config: RoomConfig,
    readonly live: () => Iterable<Resident>,
    readonly onError: (message: string, error: unknown) => void,
  ) {}

  /** Reads a stream in when there is room for it. Throws what `read` does, Problem overloaded. */
  async load<T>(read: () => Promise<T>): Promise<T> {
    return await this.#loading.take(0, async () => {
      await this.#shrinkTo(this.config.liveMax - 1);
      return await read();
    });
  }

  /** Lets go of the streams that are too many or were not used since `before`. Never rejects. */
  async sweep(before: number): Promise<void> {
    await this.#shrinkTo(this.config.liveMax);
    for (const stream of this.#byUse()) {
      if (stream.usedAt > before) return;
      await this.#letGo(stream);
    }
  }

  /** Lets go of all. Never rejects. */
  async clear(): Promise<void> {
    for (const stream of this.live()) await this.#letGo(stream);
  }

  /** A stream that is at work is passed over: it might itself wait for room. */
  async #shrinkTo(liveMax: number): Promise<void> {
    let count = 0, bytes = 0;
    for (const { loaded } of this.live()) {
      count++;
      bytes += loaded!.bytes;
    }
    const hasRoom = () => count <= liveMax && bytes < this.config.liveBytesMax;
    // Nearly always: who would have to go is asked only where somebody has to.
    if (hasRoom()) return;
    for (const stream of this.#byUse()) {
      if (hasRoom()) return;
      if (!stream.loaded || !stream.isQuiet) continue;
      count--;
      bytes -= stream.loaded.bytes;
      await this.#letGo(stream);
    }
  }

  async #letGo(stream: Resident): Promise<void> {
    await stream.unload().catch((error) => this.onError(`no snapshot of stream ${stream.name}`, error));
  }

  #byUse(): Resident[] {
    return Array.from(this.live()).sort((a, b) => a.usedAt - b.usedAt);
  }
}
