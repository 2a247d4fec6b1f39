/** What the command line refuses, by exit status: 1 for data that cannot be read, 2 for a command that makes no sense. */

/** The command is wrong: exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The data is wrong: exit status 1. The message names the file, the line or point, and the column where they are known. */
export class DataError extends Error {
  override readonly name = "DataError";
}
