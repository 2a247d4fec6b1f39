/** Which streams are here: taken when they are asked for, held while they are, handed over when others have fewer. */
import type { ReplicaStore } from "../../store/mod.ts";
import { streamNotFound } from "../http/problem.ts";
import type { Clock } from "../clock.ts";
import type { Streams } from "../streams/streams.ts";
import type { Membership } from "./membership.ts";
import { surplusOf } from "./balance.ts";

/** A stream of this replica. */
interface Holding {
  name: string;
  epoch: number;
  /** Requests that are at work on it. */
  users: number;
  usedAt: number;
  /** Set while it is handed over; resolves when it is gone. */
  leaving?: Promise<void>;
  whenUnused?: () => void;
}

/** A stream that is here, until it is left. */
export interface Hold {
  leave(): void;
  /** The stream is not this replica's any more. */
  lose(): void;
}

/** The id of the replica that has the stream. */
export type Elsewhere = string;

/** A stream that nobody has loaded is let go of after so long. */
const IDLE_MS = 10_000;

/** A stream that was assigned and cannot be claimed changed hands between the two, which is rare. */
const CLAIMS_MAX = 5;

/** Owners remembered of streams that are elsewhere; the rest is asked again. Streams that were deleted are among them. */
const ELSEWHERE_MAX = 10_000;

export class Ownership {
  handovers = 0;
  #holdings = new Map<string, Holding>();
  #claims = new Map<string, Promise<void>>();
  /** Owners of streams that are elsewhere, as last known. */
  #elsewhere = new Map<string, Elsewhere>();

  constructor(
    readonly store: ReplicaStore,
    readonly membership: Membership,
    readonly streams: Streams,
    readonly clock: Clock,
    readonly onError: (message: string, error: unknown) => void,
  ) {}

  get count(): number {
    return this.#holdings.size;
  }

  /** Under which claim a stream is written here. */
  epochOf(name: string): number | undefined {
    return this.#holdings.get(name)?.epoch;
  }

  /** The stream, held until it is left, or where else it is. Throws StorageError, Problem stream_not_found. */
  async enter(name: string): Promise<Hold | Elsewhere> {
    for (let claims = 0; claims < CLAIMS_MAX;) {
      if (!this.membership.isHeld) await this.membership.renew();
      const holding = this.#holdings.get(name);
      if (holding?.leaving) await holding.leaving;
      else if (holding) return this.#hold(holding);
      else {
        const owner = this.#known(name) ?? await this.#assign(name);
        if (owner !== this.membership.self.id) return owner;
        claims++;
        await this.#claimOnce(name);
      }
    }
    throw new Error(`the stream ${name} was assigned to this replica and could not be claimed`);
  }

  /** Asks anew the next time. */
  forget(name: string): void {
    this.#elsewhere.delete(name);
  }

  /** The stream is deleted: one of its name that is made later may be another replica's. */
  noteDeleted(name: string): void {
    const holding = this.#holdings.get(name);
    if (holding) this.#lose(holding);
  }

  /** After a time without a lease: what is still assigned under the same claim is as it was, the rest is another's. */
  async verify(): Promise<void> {
    const assigned = await this.store.assigned(this.membership.self.id);
    for (const holding of [...this.#holdings.values()]) {
      if (assigned.get(holding.name) !== holding.epoch) this.#lose(holding);
    }
  }

  /** Hands over what others should have. */
  balance(): void {
    const { self, members } = this.membership;
    const kept = [...this.#holdings.values()].filter(({ leaving }) => !leaving);
    const receivers = surplusOf(self, members, kept.length);
    if (receivers.length === 0) return;
    kept.sort((a, b) => a.usedAt - b.usedAt);
    for (const [index, to] of receivers.entries()) this.#handOver(kept[index], to);
  }

  /** Hands everything over; resolves when it is done. Without another replica there is nobody to. */
  async handOverAll(): Promise<void> {
    this.balance();
    await Promise.all(Array.from(this.#holdings.values(), ({ leaving }) => leaving));
  }

  /** Lets go of streams that are not loaded any more. */
  async tidy(): Promise<void> {
    for (const holding of [...this.#holdings.values()]) {
      const isIdle = holding.users === 0 && this.clock.elapsed() - holding.usedAt > IDLE_MS;
      if (isIdle && !holding.leaving && !this.streams.isLoaded(holding.name)) await this.#handOver(holding, null);
    }
  }

  #known(name: string): Elsewhere | undefined {
    const owner = this.#elsewhere.get(name);
    return owner !== undefined && this.membership.member(owner) ? owner : undefined;
  }

  #noteElsewhere(name: string, owner: Elsewhere): void {
    if (this.#elsewhere.size >= ELSEWHERE_MAX) this.#elsewhere.clear();
    this.#elsewhere.set(name, owner);
  }

  async #assign(name: string): Promise<string> {
    const { self } = this.membership;
    // Makes the stream `default` where nobody asked for it before.
    await this.streams.get(name);
    const owner = await this.store.assign(name, self.id, self.isLeaving);
    if (owner === undefined) {
      this.streams.forget(name);
      throw streamNotFound(name);
    }
    if (owner !== self.id) this.#noteElsewhere(name, owner);
    return owner;
  }

  async #claimOnce(name: string): Promise<void> {
    // Another request claimed it while this one asked who has it: a second claim would end what is under way by the first.
    if (this.#holdings.has(name)) return;
    const under = this.#claims.get(name) ?? this.#claim(name).finally(() => this.#claims.delete(name));
    this.#claims.set(name, under);
    await under;
  }

  async #claim(name: string): Promise<void> {
    const epoch = await this.store.claim(name, this.membership.self.id);
    if (epoch === undefined) return;
    this.streams.abandon(name);
    this.#elsewhere.delete(name);
    this.#holdings.set(name, { name, epoch, users: 0, usedAt: this.clock.elapsed() });
  }

  #hold(holding: Holding): Hold {
    holding.users++;
    holding.usedAt = this.clock.elapsed();
    return {
      leave: () => {
        if (--holding.users === 0) holding.whenUnused?.();
      },
      lose: () => this.#lose(holding),
    };
  }

  #lose(holding: Holding): void {
    if (this.#holdings.get(holding.name) !== holding) return;
    this.#holdings.delete(holding.name);
    this.streams.abandon(holding.name);
  }

  #handOver(holding: Holding, to: string | null): Promise<void> {
    return holding.leaving = this.#giveAway(holding, to).catch((error) => {
      // The assignment stands, so that whoever asks next makes this replica claim it anew.
      this.onError(`stream ${holding.name} could not be handed over`, error);
      this.#lose(holding);
    });
  }

  /** Whoever asks meanwhile waits until the other replica may claim it. */
  async #giveAway(holding: Holding, to: string | null): Promise<void> {
    const { name, epoch } = holding;
    if (holding.users > 0) await new Promise<void>((resolve) => holding.whenUnused = resolve);
    await this.streams.unload(name);
    await this.store.release(name, epoch, to);
    this.#lose(holding);
    if (to === null) return;
    this.#noteElsewhere(name, to);
    this.handovers++;
  }
}
