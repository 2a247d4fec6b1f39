/** Passwords: hashed by the host, few at a time, since each takes memory. */
import { Problem } from "../http/problem.ts";

/** Memory-hard, off the main thread. */
export interface PasswordHasher {
  /** The hash with its salt and costs, as text. */
  hash(password: string): Promise<string>;
  /** Whether the password is that of the hash; false for a hash that is none. */
  verify(password: string, hash: string): Promise<boolean>;
}

/** Hashes under way at once, and those that wait. */
const ACTIVE_MAX = 2, WAITING_MAX = 32;

/** The hasher, held to its share of memory. Rejects with Problem overloaded where too many wait. */
export function gated(hasher: PasswordHasher): PasswordHasher {
  let active = 0;
  const waiting: (() => void)[] = [];
  const gate = async <T>(work: () => Promise<T>): Promise<T> => {
    if (active < ACTIVE_MAX) active++;
    else {
      if (waiting.length >= WAITING_MAX) throw tooMany();
      // Who leaves hands its place on.
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else active--;
    }
  };
  return {
    hash: (password) => gate(() => hasher.hash(password)),
    verify: (password, hash) => gate(() => hasher.verify(password, hash)),
  };
}

function tooMany(): Problem {
  return new Problem("overloaded", "too many sign-ins at once; try again", undefined, { "retry-after": "2" });
}
