/**
 * What has been revoked before its time: ids of tokens and of sessions (all tokens of one sign-in). Looked up on every
 * request, so they are held in memory; kept in the store, so that they outlive the process; told to the other replicas.
 */
import type { Store } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";

/** Tells the other replicas, and is told by them. */
export interface RevocationBus {
  /**
   * Tells that a token or session is revoked until a time (milliseconds since 1970). Resolves false where another replica
   * told so first. Never rejects: who is out of reach learns it from the store.
   */
  tellRevoked(id: string, expires: number): Promise<boolean>;
  /** Tells that an API key is deleted. Never rejects. */
  tellDeleted(keyId: string): Promise<void>;
  /** Calls back for whatever others tell, and for all that still holds when the connection is made again. */
  listen(told: Told): void;
}

export interface Told {
  revoked(id: string, expires: number): void;
  deleted(keyId: string): void;
}

export class Revocations {
  #ends = new Map<string, number>();
  #loading: Promise<void> | undefined;

  constructor(readonly store: Store, readonly clock: Clock, readonly bus?: RevocationBus) {}

  /** Resolves when the set is read from the store; at once after the first time. Rejects with StorageError. */
  loaded(): Promise<void> {
    this.#loading ??= this.reload().catch((error) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** Reads what other replicas have written since. Rejects with StorageError. */
  async reload(): Promise<void> {
    const now = this.clock.now();
    const ids = await this.store.revokedTokens(now);
    // Their ends are not known here: none is later than that of a session that begins now, and the next look says so anew.
    for (const id of ids) if (!this.#ends.has(id)) this.#ends.set(id, Infinity);
    const held = new Set(ids);
    for (const [id, end] of this.#ends) {
      if (end <= now || (end === Infinity && !held.has(id))) this.#ends.delete(id);
    }
  }

  has(id: string): boolean {
    return this.#ends.has(id);
  }

  /** Takes note of what another replica revoked. */
  note(id: string, expires: number): void {
    if (expires > this.clock.now()) this.#ends.set(id, expires);
  }

  /**
   * Revokes, here at once. Rejects with StorageError: then it holds in this process and wherever the bus reaches, but
   * may not outlive them.
   */
  async revoke(id: string, expires: number): Promise<void> {
    this.#ends.set(id, expires);
    await this.bus?.tellRevoked(id, expires);
    await this.store.revokeToken(id, expires);
  }

  /** Uses up what may be used once. Resolves whether nobody has before. Rejects with StorageError: then it is not used. */
  async claim(id: string, expires: number): Promise<boolean> {
    if (this.has(id)) return false;
    this.#ends.set(id, expires);
    try {
      await this.store.revokeToken(id, expires);
    } catch (error) {
      this.#ends.delete(id);
      throw error;
    }
    return await this.bus?.tellRevoked(id, expires) ?? true;
  }
}
