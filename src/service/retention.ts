/** How long what is not needed to go on is kept. */
import type { Retention } from "../store/mod.ts";
import type { RetentionConfig } from "./config/types.ts";

/** Newest records of the audit log that stay, however young the others are: strangers whose sign-ins fail write to it. */
const AUDIT_KEPT = 100_000;

/** What a sweep at `now` lets go of. */
export function retentionOf(config: RetentionConfig, now: number): Retention {
  const since = (age_ms: number) => Math.max(0, now - age_ms);
  return {
    now,
    answersBefore: since(config.answers_ms),
    eventsBefore: since(config.events_ms),
    eventsKept: config.eventsKept,
    journalBefore: since(config.journal_ms),
    auditBefore: since(config.audit_ms),
    auditKept: AUDIT_KEPT,
  };
}
