/** Those who sign in by password. There is one: the administrator that the configuration names. */
import type { Store, StoredUser } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";
import type { AuthConfig } from "../config/types.ts";
import { gated, type PasswordHasher } from "./passwords.ts";
import { digestOf, randomText } from "./secrets.ts";

export class Users {
  #hasher: PasswordHasher;
  #preparing: Promise<string> | undefined;

  constructor(
    readonly config: AuthConfig["admin"],
    readonly store: Store,
    readonly clock: Clock,
    hasher: PasswordHasher,
  ) {
    this.#hasher = gated(hasher);
  }

  /**
   * Writes the administrator to the store, hashed anew only where the password is another. Resolves to the hash that
   * unknown names are checked against; at once after the first time. Rejects with StorageError.
   */
  prepare(): Promise<string> {
    this.#preparing ??= this.#prepare().catch((error) => {
      this.#preparing = undefined;
      throw error;
    });
    return this.#preparing;
  }

  async #prepare(): Promise<string> {
    const { username, password } = this.config;
    const stored = await this.user(username);
    if (!stored || !(await this.#hasher.verify(password, stored.passwordHash))) {
      await this.store.saveUser({
        name: username,
        passwordHash: await this.#hasher.hash(password),
        scopes: ["admin"],
        created: stored?.created ?? this.clock.now(),
      });
    }
    return await this.#hasher.hash(randomText(22));
  }

  /**
   * A user by name. A name that was the administrator's once is nobody's now: its password may be an old default.
   * Rejects with StorageError.
   */
  async user(name: string): Promise<StoredUser | undefined> {
    return name === this.config.username ? await this.store.user(name) : undefined;
  }

  /** The user whose password it is. An unknown name takes as long as a wrong password. Rejects with StorageError. */
  async signIn(name: string, password: string): Promise<StoredUser | undefined> {
    const nobody = await this.prepare();
    const user = await this.user(name);
    const isRight = await this.#hasher.verify(password, user?.passwordHash ?? nobody);
    return isRight ? user : undefined;
  }
}

/** What changes with a user's password. */
export async function stampOf({ passwordHash }: StoredUser): Promise<string> {
  return (await digestOf(passwordHash)).slice(0, 16);
}
