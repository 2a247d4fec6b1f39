/** Structured log: one JSON object a line. */
import { type Clock, isoTime } from "./clock.ts";

export type LogFields = Record<string, unknown>;

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** A log that hands each line, without its line feed, to `write`. */
export function createLog(write: (line: string) => void, clock: Clock): Log {
  const log = (level: string) => (message: string, fields: LogFields = {}) =>
    write(JSON.stringify({ time: isoTime(clock.now()), level, message, ...fields }));
  return { info: log("info"), warn: log("warn"), error: log("error") };
}

/** Whatever was thrown, as fields. */
export function errorFields(thrown: unknown): LogFields {
  if (!(thrown instanceof Error)) return { error: { message: String(thrown) } };
  const { name, message, stack, cause } = thrown;
  return { error: { name, message, stack, cause: cause === undefined ? undefined : String(cause) } };
}
