/** Idempotency keys: a write that comes again under its key is not made again; the stored answer is given. */
import { joinOctets } from "../../octets.ts";
import type { Store, StoredAnswer } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";
import { Problem } from "../http/problem.ts";

/** What tells a repeated write. */
export interface WriteKey {
  /** Names the subject as well, so that nobody replays another's answer. */
  key: string;
  /** SHA-256 of method, path, query and body. */
  fingerprint: string;
}

export class Answers {
  /** Writes under way, by stream and key. */
  #underWay = new Map<string, Promise<StoredAnswer>>();

  constructor(readonly store: Store, readonly clock: Clock) {}

  /**
   * The stored answer of a write that was made before, or that is being made; else makes it. `make` keeps its answer with
   * the write. Throws Problem idempotency_key_reused where the key was used for another request.
   */
  async once(
    stream: string,
    { key, fingerprint }: WriteKey,
    make: () => Promise<StoredAnswer>,
  ): Promise<{ answer: StoredAnswer; isReplayed: boolean }> {
    const name = `${stream}\n${key}`;
    const underWay = this.#underWay.get(name);
    if (underWay) return { answer: checked(await underWay, fingerprint), isReplayed: true };
    let isReplayed = true;
    const answer = (async () => {
      const stored = await this.store.answer(stream, key);
      isReplayed = stored !== undefined;
      return stored ?? await make();
    })();
    this.#underWay.set(name, answer);
    try {
      return { answer: checked(await answer, fingerprint), isReplayed };
    } finally {
      this.#underWay.delete(name);
    }
  }
}

function checked(answer: StoredAnswer, fingerprint: string): StoredAnswer {
  if (answer.fingerprint === fingerprint) return answer;
  throw new Problem("idempotency_key_reused", "this Idempotency-Key was used for another request; take a new one");
}

/** The fingerprint of a request. */
export async function fingerprintOf(method: string, path: string, query: string, body: ArrayBuffer): Promise<string> {
  const head = new TextEncoder().encode(`${method} ${path}${query}\n`);
  const all = joinOctets([head, new Uint8Array(body)]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", all));
  return Array.from(digest, (octet) => octet.toString(16).padStart(2, "0")).join("");
}
