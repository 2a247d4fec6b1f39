/** What the hosts answered, each and together. */

/** A digest, why the host was skipped, or how it failed. */
export type Result = { host: string } & ({ digest: string } | { skipped: string } | { error: string });

/** One line for people. */
export function asText(result: Result): string {
  const name = result.host.padEnd(10);
  if ("digest" in result) return `${name}${result.digest}`;
  return "skipped" in result ? `${name}skipped: ${result.skipped}` : `${name}FAILED: ${result.error}`;
}

/** What is wrong with the results as a whole; undefined: nothing. */
export function verdict(results: readonly Result[], required: readonly string[]): string | undefined {
  const digests = new Set(results.flatMap((result) => "digest" in result ? [result.digest] : []));
  const missing = results.filter((result) => "skipped" in result && required.includes(result.host)).map(({ host }) =>
    host
  );
  if (results.some((result) => "error" in result)) return "a host failed";
  if (missing.length > 0) return `not installed: ${missing.join(", ")}`;
  return digests.size === 1 ? undefined : `${digests.size} different digests`;
}
