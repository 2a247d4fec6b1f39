/**
 * Tables of a Durable Object: those of a SQLite file, and one for octets that are too many for a row, since a value has
 * 2 MB at most there. They go with the row that they belong to.
 */
import { STEPS as FILE_STEPS } from "../../store/sqlite/schema.ts";

const goWith = (holder: string, key: string) => `
  CREATE TRIGGER octets_of_${holder} AFTER DELETE ON ${holder} BEGIN
    DELETE FROM octets WHERE holder = '${holder}' AND stream = old.stream AND key = ${key};
  END;`;

const OCTETS = `
  CREATE TABLE octets (
    holder TEXT NOT NULL,
    stream INTEGER NOT NULL,
    key NOT NULL,
    part INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (holder, stream, key, part)
  ) WITHOUT ROWID;
  ${goWith("journal", "old.sequence")}
  ${goWith("snapshots", "0")}
  ${goWith("answers", "old.key")}`;

/** A step that the file gets is a step more at the end here: its number is this list's own. */
export const STEPS: readonly string[] = [FILE_STEPS[0], OCTETS, ...FILE_STEPS.slice(1)];
