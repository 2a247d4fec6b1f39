/**
 * Room in memory for streams. Each is loaded after the one before it, when there is room, so that memory is bounded however
 * many are asked for at once; those used longest ago give way.
 */
import type { Stream } from "./stream.ts";
import { Turns } from "./turns.ts";

export interface RoomConfig {
  /** Streams in memory at most. */
  liveMax: number;
  /** Octets that their kernels take at most, apart from a stream that is alone and larger. */
  liveBytesMax: number;
  /** An idle stream is let go after so long. */
  idle_ms: number;
}

export class Room {
  #loading = new Turns();

  /** `unload` never rejects. */
  constructor(
    readonly config: RoomConfig,
    readonly live: () => Iterable<Stream>,
    readonly unload: (stream: Stream) => Promise<void>,
  ) {}

  /** Reads a stream in when there is room for it. Throws what `read` does, Problem overloaded. */
  async load<T>(read: () => Promise<T>): Promise<T> {
    return await this.#loading.take(0, async () => {
      await this.#shrinkTo(this.config.liveMax - 1);
      return await read();
    });
  }

  /** Lets go of the streams that are too many or were not used since `before`. */
  async sweep(before: number): Promise<void> {
    await this.#shrinkTo(this.config.liveMax);
    for (const stream of this.#byUse()) {
      if (stream.usedAt > before) return;
      await this.unload(stream);
    }
  }

  /** A stream that is at work is passed over: it might itself wait for room. */
  async #shrinkTo(liveMax: number): Promise<void> {
    const streams = this.#byUse();
    let count = streams.length, bytes = streams.reduce((sum, { loaded }) => sum + loaded!.bytes, 0);
    for (const stream of streams) {
      if (count <= liveMax && bytes < this.config.liveBytesMax) return;
      if (!stream.loaded || !stream.isQuiet) continue;
      count--;
      bytes -= stream.loaded.bytes;
      await this.unload(stream);
    }
  }

  #byUse(): Stream[] {
    return Array.from(this.live()).sort((a, b) => a.usedAt - b.usedAt);
  }
}
