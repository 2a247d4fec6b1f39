/** Accounts as a whole: users, sessions, tokens, API keys, and who may be which. */
import type { Store } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";
import type { AuthConfig } from "../config/types.ts";
import type { MakeCounter } from "../limits/counter.ts";
import { SignInLimiter } from "../limits/sign_ins.ts";
import { createAuthenticator } from "./authenticator.ts";
import { ApiKeys } from "./keys.ts";
import type { PasswordHasher } from "./passwords.ts";
import type { Authenticator } from "./principal.ts";
import { type RevocationBus, Revocations } from "./revocations.ts";
import { Sessions } from "./sessions.ts";
import { Tokens } from "./tokens.ts";
import { Users } from "./users.ts";

export interface AccountsParts {
  config: AuthConfig;
  store: Store;
  clock: Clock;
  passwords: PasswordHasher;
  counterOf: MakeCounter;
  bus?: RevocationBus;
  onError: (message: string, error: unknown) => void;
}

export interface Accounts {
  authenticator: Authenticator;
  users: Users;
  sessions: Sessions;
  keys: ApiKeys;
  signIns: SignInLimiter;
  /** Has the administrator written and the revocations read before they are asked for. */
  prepare(): void;
  /** Reads what other replicas have revoked. Never rejects. */
  refresh(): Promise<void>;
}

/** Accounts; what is not prepared is made ready when it is first asked for. */
export function createAccounts(parts: AccountsParts): Accounts {
  const { config, store, clock, passwords, counterOf, bus, onError } = parts;
  const revocations = new Revocations(store, clock, bus);
  const keys = new ApiKeys(store, clock, onError, bus);
  bus?.listen({
    revoked: (id, expires) => revocations.note(id, expires),
    deleted: (id) => keys.forget(id),
  });
  const tokens = new Tokens(config, revocations, clock);
  const users = new Users(config.admin, store, clock, passwords);
  const begin = (what: string, work: Promise<unknown>) => work.catch((error) => onError(what, error));
  return {
    authenticator: createAuthenticator(keys, tokens, config.takesPlaceholders),
    users,
    sessions: new Sessions(users, tokens, revocations),
    keys,
    prepare() {
      begin("the administrator could not be stored; the next sign-in tries again", users.prepare());
      begin("revoked tokens could not be read; the next token tries again", revocations.loaded());
    },
    signIns: new SignInLimiter(counterOf),
    refresh: () => revocations.reload().catch((error) => onError("revoked tokens could not be read", error)),
  };
}
