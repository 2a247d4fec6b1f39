/** Versions of a store's tables: counted from 1, forward only. */

/** A store that this build cannot open; the message says which, why and what to do. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/**
 * The steps from `version` to the newest one. A step that was released is never edited: a change is a step more.
 * Throws StoreError where the store was written by a newer build, whose tables this one would misread.
 */
export function pendingSteps(where: string, version: number, steps: readonly string[]): readonly string[] {
  if (version > steps.length) {
    throw new StoreError(
      `${where} has tables of version ${version}, and this build knows them up to ${steps.length}: run a newer build`,
    );
  }
  return steps.slice(version);
}
