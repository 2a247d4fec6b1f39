/** The audit log: who did what, when, on what, from where, and with which result; in the store and as a line of the log. */
import type { Store, StoredAudit } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";
import type { Exchange } from "../http/exchange.ts";
import { errorFields, type Log } from "../log.ts";
import type { AuditAction } from "./actions.ts";

/** Of requests that nobody known makes these are kept alone: the rest would be a stranger's to fill the log with. */
const KEPT_OF_STRANGERS = ["ok", "invalid_credentials"];

/** Characters of a target at most: names and ids are shorter, and what was asked for may be neither. */
const TARGET_LENGTH_MAX = 100;

export class AuditLog {
  constructor(readonly store: Store, readonly clock: Clock, readonly log: Log) {}

  /**
   * Keeps a record of a request that was answered. Never rejects: what was done is done, and its line is in the log even
   * where the store fails.
   */
  async note(exchange: Exchange, action: AuditAction, result: string): Promise<void> {
    const { principal, route, audited, address, requestId } = exchange;
    const isKnown = principal !== undefined || (route?.access === "public" && KEPT_OF_STRANGERS.includes(result));
    // Whoever asks too often is limited, and does not fill the log either; the measures count it.
    if (!isKnown || result === "rate_limited") return;
    const target = audited.target ?? (route?.isOfStream ? exchange.streamName : null);
    const record: StoredAudit = {
      time: this.clock.now(),
      actor: audited.actor ?? principal?.id ?? null,
      action,
      // Postgres takes no NUL.
      target: target && target.slice(0, TARGET_LENGTH_MAX).replaceAll("\0", "\uFFFD"),
      address,
      result,
      requestId,
    };
    const { time: _, requestId: request_id, ...fields } = record;
    this.log.info("audit", { ...fields, request_id });
    if (result === "storage_unavailable") return;
    await this.store.noteAudit(record).catch((error) => {
      this.log.error("a record of the audit log is not kept", { ...errorFields(error), request_id });
    });
  }
}
