/**
 * A store that fails when told to, before or after it has kept what it was given (a commit whose answer is lost), and that
 * remembers every entry that it kept.
 */
import { type Entry, MemoryStore } from "../../src/store/mod.ts";

export type Failure = "refuse" | "forget to say" | undefined;

export class FlakyStore extends MemoryStore {
  /** Every entry that was ever kept, in order. */
  readonly kept: Entry[] = [];
  /** Asked at each append what becomes of it. */
  next: () => Failure = () => undefined;

  override async append(entries: readonly Entry[]): Promise<void> {
    // As a real store: the answer comes later, and others have their turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    const failure = this.next();
    if (failure === "refuse") throw new Error("the store is away");
    await super.append(entries);
    // Copied: the caller may go on to use the memory that the octets lie in.
    this.kept.push(...entries.map((entry) => ({ ...entry, body: entry.body.slice() })));
    if (failure === "forget to say") throw new Error("the connection was lost");
  }
}
