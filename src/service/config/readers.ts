/** Readers of variables: each answers the value, or throws an Error that says what the text must be. */
import type { Environment } from "./environment.ts";
import type { PostgresAddress } from "./types.ts";
import { DEFAULTS } from "./variables.ts";

export function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new Error(`must be an integer from ${min} to ${max}, not ${JSON.stringify(text)}`);
  };
}

export function oneOf<T extends string>(...values: T[]): (text: string) => T {
  return (text) => {
    if (values.includes(text as T)) return text as T;
    throw new Error(`must be ${values.join(" or ")}, not ${JSON.stringify(text)}`);
  };
}

export function flag(text: string): boolean {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  throw new Error(`must be true or false, not ${JSON.stringify(text)}`);
}

/** Origins as browsers write them, separated by commas, or "*". */
export function readOrigins(text: string): string[] {
  const origins = text.split(",").map((part) => part.trim()).filter(Boolean);
  for (const origin of origins) {
    const isOrigin = URL.canParse(origin) && new URL(origin).origin === origin && !origin.includes("*");
    if (origin !== "*" && !isOrigin) {
      throw new Error(`must be origins such as https://example.org, or *, not ${JSON.stringify(origin)}`);
    }
  }
  return origins;
}

export function readKeys(text: string): string[] {
  return text.split(",").map((key) => key.trim()).filter(Boolean);
}

/** A URL with one of the schemes. The text stays out of the fault: it may hold a password. */
export function url(...schemes: string[]): (text: string) => string {
  return (text) => {
    if (URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1))) return text;
    throw new Error(`must be a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`);
  };
}

export const readBrokerUrl = url("redis", "rediss");

/** SECRET_KEY under either of its names. */
export function readSecretKey(env: Environment): string {
  const plain = env.get("SECRET_KEY", String, undefined);
  const own = env.get("NCS_SECRET_KEY", String, undefined);
  if (plain !== undefined && own !== undefined && plain !== own) {
    env.faults.push("SECRET_KEY: differs from NCS_SECRET_KEY; set one of them");
  }
  return own ?? plain ?? DEFAULTS.secretKey;
}

/** Where Postgres is, as a URL or in parts; undefined where neither is set. */
export function readPostgres(env: Environment): PostgresAddress | undefined {
  const whole = env.get("DATABASE_URL", url("postgres", "postgresql"), undefined);
  const host = env.get("POSTGRES_HOST", String, undefined);
  const parts = {
    port: env.get("POSTGRES_PORT", integer(1, 65535), DEFAULTS.postgresPort),
    database: env.get("POSTGRES_DB", String, DEFAULTS.postgresName),
    user: env.get("POSTGRES_USER", String, DEFAULTS.postgresName),
    password: env.get("POSTGRES_PASSWORD", String, undefined),
  };
  if (whole !== undefined) return { url: whole };
  return host === undefined ? undefined : { host, ...parts };
}
