/** The audit log. */
import { z } from "zod";
import { AUDIT_ACTIONS } from "../audit/actions.ts";
import { count, field, integerText, time, timeText } from "./field.ts";

const action = (description: string) => field(z.enum(AUDIT_ACTIONS), description, "stream.delete");

export const AuditQuery = z.object({
  actor: field(
    // deno-lint-ignore no-control-regex
    z.string().regex(/^[^\x00-\x1f\x7f]{1,250}$/, "must be the id of a user or key, such as user:admin").optional(),
    "What this one did, by its id",
    "user:admin",
  ),
  action: action("What was done").optional(),
  since: timeText("From this time on"),
  until: timeText("Before this time"),
  before: integerText(
    1,
    Number.MAX_SAFE_INTEGER,
    "Records before the one of this id: next_before of the page before",
    4711,
  ),
  limit: integerText(1, 1000, "Records at most; default 100", 100),
});

export const AuditRecord = z.object({
  id: count("Id; a later record has a larger one", 4711),
  time: time("When it was answered"),
  actor: field(
    z.string().nullable(),
    "Who: user:<name> or key:<id>, as /auth/me has it; null: nobody that is known",
    "user:admin",
  ),
  action: action("What was asked for"),
  target: field(
    z.string().nullable(),
    "On what: the name of a stream, key:<id>, or user:<name> of a sign-in; null: the service as a whole",
    "sensors",
  ),
  address: field(z.string(), "From where: address of the client", "192.0.2.1"),
  result: field(z.string(), "ok, or the code of the problem that it was refused with", "ok"),
  request_id: field(z.string(), "Id of the request, as in the log", "0d3b0a4c-5c0e-4a53-8d2c-3c8f0f4e6a11"),
}).meta({ id: "AuditRecord" });

export const AuditPage = z.object({
  records: z.array(AuditRecord).meta({ description: "Records, the newest first" }),
  next_before: field(z.number().int().nullable(), "What to pass as before for the next page; null: that was all", 4612),
}).meta({ id: "AuditPage" });
