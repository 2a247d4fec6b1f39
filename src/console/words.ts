/** Numbers, times and errors, as the page says them. */
import { AuthenticationError, ConnectionError, NeuroClusterError, RateLimitError } from "neurocluster";

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const plain = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const date = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat("en", { timeStyle: "medium", hour12: false });

/** None: a dash. */
function orDash<T>(say: (value: T) => string): (value: T | null | undefined) => string {
  return (value) => value === null || value === undefined ? "–" : say(value);
}

export const large = orDash((value: number) => compact.format(value));
export const number = orDash((value: number) => plain.format(value));
export const percent = orDash((value: number) => `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`);
export const day = orDash((value: string) => date.format(new Date(value)));
export const hour = orDash((value: string) => clock.format(new Date(value)));
export const count = (value: number, one: string, many = `${one}s`): string =>
  `${value.toLocaleString("en")} ${value === 1 ? one : many}`;

/** An error, as somebody who did not write the program can use it. */
export function explain(error: unknown): string {
  if (error instanceof ConnectionError) return "The server does not answer. Is it running, and are you online?";
  if (error instanceof RateLimitError) {
    const wait = Math.ceil((error.retryAfter_ms ?? 60_000) / 1000);
    return `Too many requests. Please wait ${count(wait, "second")}.`;
  }
  if (error instanceof AuthenticationError && error.code === "invalid_credentials") {
    return "The name or the password is wrong.";
  }
  if (error instanceof NeuroClusterError || error instanceof Error) return sentence(error.message);
  return "Something went wrong.";
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}
