/**
 * The limit on failed sign-ins: few for a name from an address, more for an address whatever the names. A name alone is not
 * limited, for that would let anybody lock its owner out.
 */
import { Problem } from "../http/problem.ts";
import { addressGroup } from "./address.ts";
import type { MakeCounter } from "./counter.ts";

const BY_NAME = { name: "sign-ins-by-name", max: 5, window_ms: 15 * 60_000 };
const BY_ADDRESS = { name: "sign-ins-by-address", max: 50, window_ms: 60 * 60_000 };

export class SignInLimiter {
  #byName;
  #byAddress;

  constructor(counterOf: MakeCounter) {
    this.#byName = counterOf(BY_NAME);
    this.#byAddress = counterOf(BY_ADDRESS);
  }

  /**
   * Runs a sign-in that answers undefined where it fails. It is counted before it runs, so that many at once get no more
   * tries, and not counted if it does not fail. Rejects with Problem rate_limited.
   */
  async run<T>(name: string, address: string, signIn: () => Promise<T | undefined>): Promise<T | undefined> {
    const group = addressGroup(address), both = JSON.stringify([name, group]);
    const counts = [await this.#byAddress.take(group), await this.#byName.take(both)];
    const over = counts.filter(({ isOver }) => isOver);
    if (over.length > 0) throw tooMany(Math.max(...over.map(({ reset_ms }) => reset_ms)));
    try {
      const found = await signIn();
      if (found !== undefined) await this.#forgive(group, both);
      return found;
    } catch (error) {
      // The server failed, not who tried.
      await this.#byName.giveBack(both);
      await this.#byAddress.giveBack(group);
      throw error;
    }
  }

  async #forgive(group: string, both: string): Promise<void> {
    await this.#byName.reset(both);
    await this.#byAddress.giveBack(group);
  }
}

function tooMany(reset_ms: number): Problem {
  const reset = String(Math.ceil(reset_ms / 1000));
  return new Problem("rate_limited", `too many failed sign-ins; try again in ${reset} s`, undefined, {
    "retry-after": reset,
  });
}
