/** GET /api/v1/backup and POST /api/v1/restore: all streams, as one file. */
import { authorizeAll } from "../auth/authorize.ts";
import { backupOf, backupOfOne } from "../backup/backup.ts";
import { type Place, restoreBackup } from "../backup/restore.ts";
import { isoTime } from "../clock.ts";
import { readParts } from "../http/body.ts";
import type { Exchange } from "../http/exchange.ts";
import { Problem } from "../http/problem.ts";
import type { Route } from "../http/route.ts";
import { errorFields } from "../log.ts";
import { Backup, RestoreQuery, RestoreReport } from "../schema/backup.ts";
import type { ApiParts } from "./parts.ts";
import { expectType, OCTETS_TYPE } from "./points.ts";

export function backupRoutes(parts: ApiParts): Route[] {
  const common = { access: "admin", tag: "operation" } as const;
  return [
    {
      ...common,
      method: "GET",
      path: "/api/v1/backup",
      audit: "backup",
      summary: "All streams as one file",
      description:
        "Each stream is of one moment; writes go on meanwhile. An answer that breaks off is told by its end, " +
        "which is missing then. Users, keys, events and stored answers are not in it. For who may touch all streams.",
      answers: { 200: { description: "The backup", content: { [OCTETS_TYPE]: Backup } } },
      problems: ["storage_unavailable"],
      handle: (exchange) => backup(exchange, parts),
    },
    {
      ...common,
      method: "POST",
      path: "/api/v1/restore",
      audit: "restore",
      summary: "Put the streams of a backup there",
      description:
        "Stream by stream, each whole or not at all; the answer says what became of each. What was restored " +
        "before a damaged place in the file stays. For who may touch all streams.",
      query: RestoreQuery,
      body: { [OCTETS_TYPE]: Backup },
      answers: {
        200: { description: "What became of each stream", content: { "application/json": RestoreReport } },
      },
      problems: [
        "invalid_parameter",
        "stream_exists",
        "backup_damaged",
        "backup_truncated",
        "backup_foreign",
        "overloaded",
        "replica_unavailable",
        "storage_unavailable",
      ],
      async handle(exchange) {
        authorizeAll(exchange.principal!);
        const { existing = "fail" } = exchange.query(RestoreQuery);
        expectType(exchange.request, [OCTETS_TYPE]);
        const chunks = readParts(exchange.request, parts.limits.bodyTime_ms);
        return exchange.json(await restoreBackup(chunks, placeOf(exchange, parts), parts.kernel, existing));
      },
    },
  ];
}

/** A stream that is there is replaced where it is in memory, so that nobody goes on with the old one. */
function placeOf(exchange: Exchange, { streams, replicas, clock }: ApiParts): Place {
  const list = () => streams.list();
  return {
    list,
    async import(stream, state, replaces) {
      const here = () => streams.import(stream, state, replaces);
      if (!replicas || !replaces || !await streams.parts.store.stream(stream.name)) return await here();
      return await replicas.at(exchange, stream.name, {
        here,
        async there(ask) {
          const headers = { "content-type": OCTETS_TYPE };
          const body = await backupOfOne({ ...stream, ...state }, clock.now());
          const answer = await ask({ method: "POST", target: "/api/v1/restore?existing=replace", headers, body });
          const { restored, failed, code, detail } = await answer.json();
          if (restored?.length === 1) return true;
          throw new Problem(failed?.[0].code ?? code, failed?.[0].detail ?? detail);
        },
        mayRepeat: true,
      });
    },
  };
}

async function backup(exchange: Exchange, { streams, kernel, clock, log }: ApiParts): Promise<Response> {
  authorizeAll(exchange.principal!);
  const { store } = streams.parts, now = clock.now();
  const names = (await store.streams()).map(({ name }) => name);
  const octets = backupOf(store, kernel, names, now);
  // Made as it is read: a client that is slow holds one part.
  const body = new ReadableStream({
    async pull(controller) {
      try {
        const next = await octets.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      } catch (error) {
        log.error("a backup breaks off", { request_id: exchange.requestId, ...errorFields(error) });
        throw error;
      }
    },
    async cancel() {
      await octets.return(undefined);
    },
  });
  const name = `ncs-${isoTime(now).slice(0, 19).replaceAll(":", "")}Z.ncsbak`;
  return exchange.answer(body, OCTETS_TYPE, 200, {
    "content-disposition": `attachment; filename="${name}"`,
    "cache-control": "no-store",
  });
}
