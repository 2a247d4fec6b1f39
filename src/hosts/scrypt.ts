/** Passwords by scrypt (RFC 7914) of node:crypto, which works off the main thread on Deno and Bun. */
import { Buffer } from "node:buffer";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import type { PasswordHasher } from "../service/mod.ts";

const SALT_BYTES = 16, KEY_BYTES = 32, BLOCK = 8;

/** log2 of N: 2^17 blocks of 128 * 8 octets are 128 MiB a hash (OWASP, Password Storage Cheat Sheet). */
export const COST = 17;

/** Above, a hash that somebody wrote into the store could take all memory, or all time. */
const COST_MAX = 20, LANES_MAX = 16;

/** As in the PHC string format: $scrypt$ln=17,r=8,p=1$salt$hash, base64 without padding. */
const STORED = /^\$scrypt\$ln=(\d{1,2}),r=8,p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** A hasher that takes 128 * 8 * 2^cost octets of memory a hash, `lanes` times one after the other. */
export function scryptHasher(cost = COST, lanes = 1): PasswordHasher {
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const key = await derive(password, salt, cost, lanes);
      return `$scrypt$ln=${cost},r=${BLOCK},p=${lanes}$${textOf(salt)}$${textOf(key)}`;
    },
    async verify(password, stored) {
      const [, cost, lanes, salt, key] = STORED.exec(stored) ?? [];
      if (key === undefined || Number(cost) > COST_MAX || Number(lanes) > LANES_MAX) return false;
      const found = await derive(password, octetsOf(salt), Number(cost), Number(lanes));
      return timingSafeEqual(found, octetsOf(key));
    },
  };
}

function derive(password: string, salt: Uint8Array, cost: number, p: number): Promise<Uint8Array> {
  const N = 2 ** cost;
  // Composed, so that a password holds from whatever keyboard it is typed (RFC 8265).
  const text = password.normalize("NFC");
  return new Promise((resolve, reject) => {
    scrypt(text, salt, KEY_BYTES, { N, r: BLOCK, p, maxmem: 2 * 128 * BLOCK * N }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

function textOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString("base64").replace(/=+$/, "");
}

function octetsOf(text: string): Uint8Array {
  return Buffer.from(text, "base64");
}
