/** This server's place among the replicas: a lease that is renewed, and who else has one. */
import type { Member, Replica, ReplicaStore } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";

/** A replica that does not renew its lease for so long is given up: a crash stops the writers of its streams so long. */
export const LEASE_MS = 2500;
const RENEW_MS = 500;

export interface MembershipParts {
  store: ReplicaStore;
  clock: Clock;
  /** Where the other replicas reach this one. */
  url: string;
  /** Told when the lease is had, at first and after it was lost; resolves when what is held is known to be held still. */
  onGained(): Promise<void>;
  /** Told after each renewal. */
  onRenewed(): void;
  onError(message: string, error: unknown): void;
}

export class Membership {
  readonly self: Replica;
  /** How often the lease was lost. */
  lapses = 0;
  #members = new Map<string, Member>();
  /** What ends with the lease of another: questions to it that have no answer. */
  #ends = new Map<string, AbortController>();
  /** Until when the lease surely holds, by elapsed(). */
  #until = -Infinity;
  #renewing: Promise<void> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(readonly parts: MembershipParts) {
    this.self = { id: crypto.randomUUID(), url: parts.url, secret: crypto.randomUUID(), isLeaving: false };
  }

  begin(): void {
    const renew = () => this.renew().catch((error) => this.parts.onError("the replica's lease is not renewed", error));
    this.#timer = setInterval(renew, RENEW_MS);
    renew();
  }

  /** Whether this replica may take itself for the owner of what is assigned to it. */
  get isHeld(): boolean {
    return this.parts.clock.elapsed() < this.#until;
  }

  /** Those whose lease held at the last look, this one among them. */
  get members(): Member[] {
    return [...this.#members.values()];
  }

  member(id: string): Member | undefined {
    return this.#members.get(id);
  }

  /** Aborted when the replica's lease is over. */
  end(id: string): AbortSignal {
    const end = this.#ends.get(id) ?? new AbortController();
    this.#ends.set(id, end);
    return end.signal;
  }

  /** Many that ask at once share one renewal. Rejects where the store does. */
  renew(): Promise<void> {
    return this.#renewing ??= this.#renew().finally(() => this.#renewing = undefined);
  }

  /** From now on nothing is assigned to this replica. */
  async leave(): Promise<void> {
    this.self.isLeaving = true;
    await this.#renewing?.catch(() => {});
    await this.renew();
  }

  /** Ends the lease. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing?.catch(() => {});
    await this.parts.store.leave(this.self.id);
  }

  async #renew(): Promise<void> {
    const { store, clock } = this.parts;
    const began = clock.elapsed(), had = this.isHeld;
    const members = await store.renew({ ...this.self }, LEASE_MS);
    this.#members = new Map(members.map((member) => [member.id, member]));
    for (const [id, end] of this.#ends) {
      if (this.#members.has(id)) continue;
      this.#ends.delete(id);
      end.abort(new Error(`the lease of replica ${id} is over`));
    }
    if (!had) {
      if (this.#until > -Infinity) this.lapses++;
      await this.parts.onGained();
    }
    // The store's lease began after the question was sent, so it ends after this.
    this.#until = began + LEASE_MS;
    this.parts.onRenewed();
  }
}
