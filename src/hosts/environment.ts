/** What drivers see of the environment: nothing. */
import process from "node:process";

/**
 * Does some work, such as loading a driver, in an empty environment: else drivers take what was not meant for them (PGUSER,
 * DEBUG), and Deno had to allow the server all of it. One at a time.
 */
export async function withoutEnvironment<T>(work: () => Promise<T>): Promise<T> {
  const environment = process.env;
  process.env = {};
  try {
    return await work();
  } finally {
    process.env = environment;
  }
}
