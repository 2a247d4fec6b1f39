/**
 * API keys, ncs_<id>_<secret>: kept as a digest of the secret (256 bits of it are random, so a fast digest will do), shown
 * once, and looked up in the store again now and then, for other processes may delete them.
 */
import type { Store, StoredApiKey } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";
import { Problem } from "../http/problem.ts";
import type { Principal } from "./principal.ts";
import type { RevocationBus } from "./revocations.ts";
import { digestOf, isSame, randomText } from "./secrets.ts";

const ID_LENGTH = 12, SECRET_LENGTH = 43;

const KEY = new RegExp(`^ncs_([A-Za-z0-9]{${ID_LENGTH}})_([A-Za-z0-9]{${SECRET_LENGTH}})$`);

/** Keys remembered at most, and for how long the store is not asked about one. */
const REMEMBERED_MAX = 10_000, FRESH_MS = 30_000;

/** A use is noted once in so long. */
const USE_MS = 60_000;

interface Remembered {
  text: string;
  principal: Principal;
  expires: number;
  /** When the store is asked again, by elapsed(): a clock that is set back would put it off. */
  until: number;
}

export class ApiKeys {
  #remembered = new Map<string, Remembered>();
  #used = new Map<string, number>();
  /** Counts deletions, so that what was read before one is not remembered after it. */
  #deletions = 0;

  constructor(
    readonly store: Store,
    readonly clock: Clock,
    readonly onError: (message: string, error: unknown) => void,
    readonly bus?: RevocationBus,
  ) {}

  /** Whose key it is, if it was verified a short while ago; else undefined. Costs a look. */
  recall(text: string): Principal | undefined {
    const id = text.slice(4, 4 + ID_LENGTH);
    const known = this.#remembered.get(id);
    if (!known || known.until <= this.clock.elapsed()) return undefined;
    const now = this.clock.now();
    if (known.expires <= now || !isSame(known.text, text)) return undefined;
    this.#noteUse(id, now);
    return known.principal;
  }

  /** Whose key it is. Rejects with Problem invalid_credentials (the same whatever is wrong), StorageError. */
  async verify(text: string): Promise<Principal> {
    const [, id, secret] = KEY.exec(text) ?? [];
    if (id === undefined) throw invalidKey();
    const deletions = this.#deletions;
    const [key, digest] = await Promise.all([this.store.apiKey(id), digestOf(secret)]);
    const now = this.clock.now(), expires = key?.expires ?? Infinity;
    if (!key || !isSame(key.secretHash, digest) || expires <= now) throw invalidKey();
    // A key that was deleted meanwhile may have been read before.
    if (deletions !== this.#deletions) return await this.verify(text);
    const principal = principalOf(key);
    this.#remember(id, { text, principal, expires, until: this.clock.elapsed() + FRESH_MS });
    this.#noteUse(id, now);
    return principal;
  }

  /** Makes a key; answers it with its text, which is nowhere kept. Rejects with StorageError. */
  async create(
    given: Pick<StoredApiKey, "name" | "scopes" | "streams" | "expires">,
  ): Promise<{ key: StoredApiKey; text: string }> {
    const id = randomText(ID_LENGTH), secret = randomText(SECRET_LENGTH);
    const secretHash = await digestOf(secret);
    const key = { ...given, id, prefix: `ncs_${id}`, secretHash, created: this.clock.now(), lastUsed: null };
    await this.store.createApiKey(key);
    return { key, text: `ncs_${id}_${secret}` };
  }

  list(): Promise<StoredApiKey[]> {
    return this.store.apiKeys();
  }

  /** Deletes a key, at once for every request from now on. Resolves false where there is none. Rejects with StorageError. */
  async delete(id: string): Promise<boolean> {
    const isDeleted = await this.store.deleteApiKey(id);
    this.forget(id);
    if (isDeleted) await this.bus?.tellDeleted(id);
    return isDeleted;
  }

  /** Lets go of what is remembered of a key that was deleted, here or elsewhere. */
  forget(id: string): void {
    this.#deletions++;
    this.#remembered.delete(id);
    this.#used.delete(id);
  }

  #remember(id: string, known: Remembered): void {
    if (this.#remembered.size >= REMEMBERED_MAX) {
      const [oldest] = this.#remembered.keys();
      this.#remembered.delete(oldest);
      this.#used.delete(oldest);
    }
    this.#remembered.set(id, known);
  }

  /** In the background: a request does not wait for it, nor fail with it. */
  #noteUse(id: string, now: number): void {
    if (now - (this.#used.get(id) ?? -Infinity) < USE_MS) return;
    this.#used.set(id, now);
    this.store.noteApiKeyUse(id, now).catch((error) => this.onError("use of an API key not noted", error));
  }
}

function principalOf({ id, name, scopes, streams, expires }: StoredApiKey): Principal {
  return { kind: "key", id: `key:${id}`, name, scopes: scopes as Principal["scopes"], streams, expires };
}

function invalidKey(): Problem {
  return new Problem("invalid_credentials", "the API key does not hold", undefined, {
    "www-authenticate": 'Bearer realm="ncs"',
  });
}
