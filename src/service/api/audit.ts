/** GET /api/v1/audit: what administrators and those who sign in did. */
import { authorizeAll } from "../auth/authorize.ts";
import { isoTime } from "../clock.ts";
import type { Route } from "../http/route.ts";
import { AuditPage, AuditQuery } from "../schema/audit.ts";
import type { Store } from "../../store/mod.ts";

/** Records of a page where no limit is asked for. */
const PAGE_SIZE = 100;

export function auditRoutes(store: Store): Route[] {
  return [{
    method: "GET",
    path: "/api/v1/audit",
    access: "admin",
    tag: "operation",
    summary: "Who did what, when, on what, from where, with which result",
    description:
      "Sign-ins, keys and streams made and deleted, parameters set, snapshots restored and merged, backups. " +
      "What was refused is here as well. For who may touch all streams.",
    query: AuditQuery,
    answers: { 200: { description: "A page of records", content: { "application/json": AuditPage } } },
    problems: ["invalid_parameter", "storage_unavailable"],
    async handle(exchange) {
      authorizeAll(exchange.principal!);
      const { limit = PAGE_SIZE, ...query } = exchange.query(AuditQuery);
      // One more than is asked for tells whether there is a page after this one.
      const found = await store.audit({ ...query, limit: limit + 1 });
      const records = found.slice(0, limit);
      return exchange.json({
        records: records.map(({ requestId: request_id, time, ...record }) => (
          { ...record, time: isoTime(time), request_id }
        )),
        next_before: found.length > limit ? records.at(-1)!.id : null,
      });
    },
  }];
}
