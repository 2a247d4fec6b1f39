/** Values on the way to a store in workerd and back: JSON, with octets and what is undefined. */

export function encode(value: unknown): string {
  return JSON.stringify(value, (_, value) => {
    if (value === undefined) return { $undefined: true };
    return value instanceof Uint8Array ? { $octets: value.toBase64() } : value;
  });
}

// deno-lint-ignore no-explicit-any
export function decode(text: string): any {
  return revive(JSON.parse(text));
}

/** Not JSON.parse's own reviver: it takes away what is undefined. */
function revive(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("$octets" in value) return Uint8Array.fromBase64(value.$octets as string);
  if ("$undefined" in value) return undefined;
  if (Array.isArray(value)) return value.map(revive);
  return Object.fromEntries(Object.entries(value).map(([name, value]) => [name, revive(value)]));
}
