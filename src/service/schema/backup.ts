/** Backups of all streams. */
import { z } from "zod";
import { EXISTING } from "../backup/restore.ts";
import { field } from "./field.ts";

export const Backup = z.string().meta({
  id: "Backup",
  description: "All streams with their states, as octets with checksums; docs/decisions/backups.md has the format",
  format: "binary",
});

export const RestoreQuery = z.object({
  existing: field(
    z.enum(EXISTING).optional(),
    "Streams whose names are in use: fail (the default): nothing is restored; skip: they stay; replace: they go",
    "skip",
  ),
});

const names = (description: string) => field(z.array(z.string()), description, ["sensors"]);

export const RestoreReport = z.object({
  restored: names("Streams that are as the backup has them, in its order"),
  skipped: names("Streams that were there, and stay as they were"),
  failed: z.array(z.object({
    name: field(z.string(), "Name of the stream", "sensors"),
    code: field(z.string(), "Why it is not restored: the code of a problem", "snapshot_foreign"),
    detail: field(z.string(), "The same in words", "the snapshot has format version 3, this build reads 2"),
  })).meta({ description: "Streams that could not be restored; what had their names is as it was" }),
}).meta({ id: "RestoreReport" });
