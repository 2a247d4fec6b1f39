/**
 * The part of `@std/assert` that the tests use, over node:assert, so that Deno and Bun run the same tests.
 * Where the registry of the standard library can be reached, map `@std/assert` to it in deno.json instead.
 */
import nodeAssert from "node:assert/strict";

/** Fails unless the value is truthy. */
export function assert(value: unknown, message?: string): asserts value {
  nodeAssert.ok(value, message);
}

/** Fails unless both are deeply and strictly equal. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.deepStrictEqual(actual, expected, message);
}

/** Fails if both are deeply and strictly equal. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.notDeepStrictEqual(actual, expected, message);
}

/** Fails unless both are the same value or object. */
export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T {
  nodeAssert.ok(Object.is(actual, expected), message ?? `${String(actual)} is not ${String(expected)}`);
}

/** Fails unless |actual - expected| is within the tolerance (default 1e-7 of the expected value). */
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, message?: string): void {
  const allowed = tolerance ?? Math.max(Math.abs(expected) * 1e-7, 1e-12);
  const close = Object.is(actual, expected) || Math.abs(actual - expected) <= allowed;
  nodeAssert.ok(close, message ?? `${actual} is not within ${allowed} of ${expected}`);
}

/** Fails unless actual > limit. */
export function assertGreater<T>(actual: T, limit: T, message?: string): void {
  nodeAssert.ok(actual > limit, message ?? `${actual} is not greater than ${limit}`);
}

/** Fails unless actual >= limit. */
export function assertGreaterOrEqual<T>(actual: T, limit: T, message?: string): void {
  nodeAssert.ok(actual >= limit, message ?? `${actual} is less than ${limit}`);
}

/** Fails unless actual < limit. */
export function assertLess<T>(actual: T, limit: T, message?: string): void {
  nodeAssert.ok(actual < limit, message ?? `${actual} is not less than ${limit}`);
}

/** Fails unless actual <= limit. */
export function assertLessOrEqual<T>(actual: T, limit: T, message?: string): void {
  nodeAssert.ok(actual <= limit, message ?? `${actual} is greater than ${limit}`);
}

/** Fails unless the text holds the part. */
export function assertStringIncludes(actual: string, part: string, message?: string): void {
  nodeAssert.ok(actual.includes(part), message ?? `${JSON.stringify(actual)} does not hold ${JSON.stringify(part)}`);
}

/** Fails unless the text matches the expression. */
export function assertMatch(actual: string, expression: RegExp, message?: string): void {
  nodeAssert.match(actual, expression, message);
}

/** Fails unless the value is neither null nor undefined. */
export function assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T> {
  nodeAssert.ok(actual !== undefined && actual !== null, message ?? "the value does not exist");
}

// deno-lint-ignore no-explicit-any
type AnyClass<E> = abstract new (...args: any[]) => E;

/** Fails unless the value is an instance of the class. */
export function assertInstanceOf<T>(actual: unknown, type: AnyClass<T>, message?: string): asserts actual is T {
  nodeAssert.ok(actual instanceof type, message ?? `not an instance of ${type.name}`);
}

function checkError<E extends Error>(thrown: unknown, type?: AnyClass<E>, part?: string, message?: string): E {
  if (type) assertInstanceOf(thrown, type, message ?? `threw ${thrown}, not a ${type.name}`);
  if (part !== undefined) assertStringIncludes((thrown as Error).message, part, message);
  return thrown as E;
}

/** Fails unless the function throws (an instance of the class, a message that holds the part); answers the error. */
export function assertThrows<E extends Error = Error>(
  act: () => unknown,
  type?: AnyClass<E>,
  part?: string,
  message?: string,
): E {
  try {
    act();
  } catch (thrown) {
    return checkError(thrown, type, part, message);
  }
  throw new nodeAssert.AssertionError({ message: message ?? "expected the function to throw" });
}

/** As assertThrows, for a function that answers a promise. */
export async function assertRejects<E extends Error = Error>(
  act: () => PromiseLike<unknown>,
  type?: AnyClass<E>,
  part?: string,
  message?: string,
): Promise<E> {
  try {
    await act();
  } catch (thrown) {
    return checkError(thrown, type, part, message);
  }
  throw new nodeAssert.AssertionError({ message: message ?? "expected the promise to reject" });
}

/** Fails always. */
export function fail(message?: string): never {
  throw new nodeAssert.AssertionError({ message: message ?? "failed" });
}
