/** Reads server-sent events. */
import { assertEquals } from "@std/assert";

export interface SentEvent {
  id?: string;
  event?: string;
  data?: string;
}

export class EventReader {
  /** Comments seen. */
  comments = 0;
  #text = "";
  #reader: ReadableStreamDefaultReader<string>;

  constructor(readonly response: Response) {
    assertEquals([response.status, response.headers.get("content-type")], [200, "text/event-stream"]);
    this.#reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next event that has data; undefined at the end. */
  async next(): Promise<SentEvent | undefined> {
    for (;;) {
      const frame = await this.#frame();
      if (frame === undefined) return undefined;
      if (frame.startsWith(":")) this.comments++;
      const event: Record<string, string> = {};
      for (const line of frame.split("\n")) {
        const at = line.indexOf(": ");
        if (at > 0) event[line.slice(0, at)] = line.slice(at + 2);
      }
      if (event.data !== undefined) return event;
    }
  }

  /** The next so many events' ids. */
  async ids(count: number): Promise<number[]> {
    const ids: number[] = [];
    while (ids.length < count) ids.push(Number((await this.next())?.id));
    return ids;
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }

  async #frame(): Promise<string | undefined> {
    while (!this.#text.includes("\n\n")) {
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#text += value;
    }
    const end = this.#text.indexOf("\n\n");
    const frame = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 2);
    return frame;
  }
}

/** The numbers from..to. */
export function sequence(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
