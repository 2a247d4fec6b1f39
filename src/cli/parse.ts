/** What the command lines are read with. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { UsageError } from "./errors.ts";

/** As parseArgs, with its complaints as usage errors. */
export function parse<T extends NonNullable<ParseArgsConfig["options"]>>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The value of an option, if it is given. Throws UsageError where it is none of those allowed. */
export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T;
export function oneOf<T extends string>(
  option: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined;
export function oneOf(option: string, value: string | undefined, allowed: readonly string[]): string | undefined {
  if (value === undefined || allowed.includes(value)) return value;
  throw new UsageError(`${option} must be one of ${allowed.join(", ")}, not ${value}`);
}

/** Throws UsageError where the option has no address of a server. */
export function httpUrl(option: string, url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new UsageError(`${option} ${url}: not an address of http or https`);
}
