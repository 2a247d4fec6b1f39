/** What a production server refuses to start with. */
import type { Config } from "./types.ts";
import { DEFAULTS } from "./variables.ts";

const SECRET_LENGTH_MIN = 32, PASSWORD_LENGTH_MIN = 12;

/** Each fault, with the name of its variable and never with its value. */
export function productionFaults({ auth, allowedOrigins }: Config): string[] {
  const faults: string[] = [];
  const { secretKey, previousSecretKeys, admin } = auth;
  if (secretKey === DEFAULTS.secretKey) faults.push("SECRET_KEY: must be set in production, and not to the default");
  else if (isShort(secretKey)) {
    faults.push(`SECRET_KEY: must have ${SECRET_LENGTH_MIN} characters or more in production`);
  }
  if (previousSecretKeys.some(isShort)) {
    faults.push(`SECRET_KEY_PREVIOUS: each key must have ${SECRET_LENGTH_MIN} characters or more in production`);
  }
  if (admin.password === DEFAULTS.password) {
    faults.push("ADMIN_PASSWORD: must be set in production, and not to the default");
  } else if (admin.password.length < PASSWORD_LENGTH_MIN) {
    faults.push(`ADMIN_PASSWORD: must have ${PASSWORD_LENGTH_MIN} characters or more in production`);
  }
  if (allowedOrigins.includes("*")) faults.push("ALLOWED_ORIGINS: must name origins in production, not *");
  return faults;
}

/** The default is short as well. */
function isShort(key: string): boolean {
  return key.length < SECRET_LENGTH_MIN;
}
