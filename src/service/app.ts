/** The HTTP service: knows Request and Response, names no runtime; everything it needs is an argument. */
import type { Store } from "../store/mod.ts";
import { algorithmStatusRoutes } from "./api/algorithm_status.ts";
import { assignRoutes } from "./api/assign.ts";
import { clustersSummaryRoutes } from "./api/clusters_summary.ts";
import { algorithmCheck, createHealthCheck, healthRoutes } from "./api/health.ts";
import type { ApiParts } from "./api/parts.ts";
import { processBatchRoutes } from "./api/process_batch.ts";
import { processPointsRoutes } from "./api/process_points.ts";
import { auditRoutes } from "./api/audit.ts";
import { backupRoutes } from "./api/backup.ts";
import { snapshotRoutes } from "./api/snapshots.ts";
import { streamsRoutes } from "./api/streams.ts";
import { apiKeysRoutes } from "./api/api_keys.ts";
import { authRoutes } from "./api/auth.ts";
import { AuditLog } from "./audit/log.ts";
import { createAccounts } from "./auth/accounts.ts";
import type { PasswordHasher } from "./auth/passwords.ts";
import type { Authenticator } from "./auth/principal.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { type ConsoleAssets, consoleRoutes } from "./console/routes.ts";
import { type DocsAssets, docsRoutes } from "./docs/routes.ts";
import type { Connection } from "./http/exchange.ts";
import type { Route } from "./http/route.ts";
import { createRouter } from "./http/router.ts";
import type { RateLimiter, ServeParts } from "./http/serve.ts";
import type { MakeCounter } from "./limits/counter.ts";
import { LocalCounter } from "./limits/local.ts";
import { requestLimiter } from "./limits/requests.ts";
import { eventsRoutes } from "./live/events.ts";
import { EventHub } from "./live/hub.ts";
import { LIVE_LIMITS, type LiveLimits } from "./live/limits.ts";
import { Live } from "./live/live.ts";
import { socketRoutes } from "./live/route.ts";
import type { Upgrade } from "./live/socket.ts";
import { errorFields, type Log } from "./log.ts";
import { Metrics } from "./metrics/metrics.ts";
import { metricsRoutes } from "./metrics/routes.ts";
import { Replicas } from "./replicas/replicas.ts";
import { retentionOf } from "./retention.ts";
import type { Shared } from "./shared.ts";
import { Answers } from "./streams/answers.ts";
import { guarded } from "./streams/guarded.ts";
import { Journal } from "./streams/journal.ts";
import { Streams } from "./streams/streams.ts";

export interface AppParts {
  kernel: WebAssembly.Module;
  config: Config;
  clock: Clock;
  log: Log;
  /** Open and migrated; the app does not close it. */
  store: Store;
  passwords: PasswordHasher;
  /** What replicas share; the app does not close it. */
  shared?: Shared;
  /** Resident memory of the process in bytes, where the host can tell. */
  processBytes?: () => number;
  /** Processor time of the process in seconds, where the host can tell. */
  processSeconds?: () => number;
  /** What runs the service, with its version. */
  runtime?: string;
  /** Files of Swagger UI; without them there are no /docs. */
  docsAssets?: DocsAssets;
  /** In place of those of the accounts and of the configuration. */
  authenticator?: Authenticator;
  limiter?: RateLimiter;
  live?: Partial<LiveLimits>;
  /** Undefined where the host has no WebSockets. */
  upgrade?: Upgrade;
  /**
   * False where the host lets go of the app between requests: then there is no timer that would keep it, nothing is made
   * ready that no request has asked for, and the host calls sweep().
   */
  isLasting?: boolean;
  /** False where the store has one stream alone, as on the edge: then there are no backups of all. */
  hasAllStreams?: boolean;
  /** Files of the built console; without them nothing is at /. */
  consoleAssets?: ConsoleAssets;
}

/** The service, ready for requests. */
export interface App {
  readonly routes: readonly Route[];
  fetch(request: Request, connection?: Connection): Response | Promise<Response>;
  /** Ends the connections that have no end of their own; resolves when what they began is answered. */
  endLive(): Promise<void>;
  /** Hands the streams over to other replicas, where there are any; requests are still taken. Never rejects. */
  leave(): Promise<void>;
  /** Lets go of what is past its time, and reads what other replicas revoked. Never rejects. */
  sweep(): Promise<void>;
  /** Keeps a last snapshot of every stream; call it when the requests under way are answered. */
  close(): Promise<void>;
}

/** What is past its time is let go of so often. */
export const SWEEP_MS = 10_000;

export function createApp(parts: AppParts): App {
  const { kernel, config, clock, log, passwords, shared, processBytes, isLasting = true } = parts;
  const began = clock.elapsed();
  const metrics = new Metrics({ ...parts, began });
  const store = metrics.storage.watch(guarded(parts.store, clock));
  const onError = (message: string, error: unknown) => log.error(message, errorFields(error));
  const journal = new Journal(store, clock, metrics.storage.onCommit);
  const hub = new EventHub();
  shared?.events?.receive((stream, events) => hub.publish(stream, events));
  const streams = new Streams({
    kernel,
    store,
    journal,
    clock,
    journal_ms: config.retention.journal_ms,
    onError,
    epochOf: (name) => replicas?.ownership.epochOf(name),
    onLearned: (stream, assignment, time_ms) => metrics.streams.onLearned(stream, assignment, time_ms),
    onEvents: ({ name }, events) => {
      metrics.streams.onEvents(events);
      hub.publish(name, events);
      shared?.events?.send(name, events);
    },
    onLoaded: ({ name, loaded }, time_ms) => {
      metrics.streams.onLoaded(time_ms);
      if (loaded?.sequence) log.info("stream loaded", { stream: name, sequence: loaded.sequence, time_ms });
    },
  }, config.streams);
  const { limits } = config;
  const replicas: Replicas | undefined = config.replicaUrl !== undefined && store.replicas
    ? new Replicas({ store: store.replicas, url: config.replicaUrl, streams, clock, limits, onError })
    : undefined;
  const counterOf: MakeCounter = (limit) => {
    const local = new LocalCounter(limit, clock);
    return shared?.counterOf(limit, local) ?? local;
  };
  const accounts = createAccounts({
    config: config.auth,
    store,
    clock,
    passwords,
    counterOf,
    bus: shared?.revocations,
    onError,
  });
  if (isLasting) accounts.prepare();
  const health = createHealthCheck({
    checks: {
      algorithm: algorithmCheck(kernel),
      database: () => store.probe(),
      ...(replicas && { replica: () => replicas.check() }),
    },
    // Writes are kept without it, limits and revocations go on in the process.
    dispensable: shared ? { redis: () => shared.probe() } : {},
    clock,
    log,
    began,
  });
  const authenticator = parts.authenticator ?? accounts.authenticator;
  const limiter = parts.limiter ?? requestLimiter(config.rateLimitPerMinute, counterOf);
  const live = new Live({ authenticator, store, limits: { ...LIVE_LIMITS, ...parts.live } });
  const api: ApiParts = {
    kernel,
    streams,
    answers: new Answers(store, clock),
    limits,
    clock,
    log,
    live,
    began,
    processBytes,
    replicas,
    onAssigned: (name, points) => metrics.streams.onAssigned(name, points),
  };
  metrics.register({ streams, journal, live, replicas, components: async () => (await health()).components });
  const routes: Route[] = [
    ...healthRoutes(health),
    ...authRoutes(accounts, config.limits),
    ...apiKeysRoutes(accounts.keys, config.limits, clock),
    ...processPointsRoutes(api),
    ...processBatchRoutes(api),
    ...assignRoutes(api),
    ...clustersSummaryRoutes(api),
    ...algorithmStatusRoutes(api),
    ...streamsRoutes(api),
    ...snapshotRoutes(api),
    ...eventsRoutes(api, hub, live),
    ...socketRoutes({ api, live, limiter, allowedOrigins: config.allowedOrigins, upgrade: parts.upgrade }),
    ...auditRoutes(store),
    ...(parts.hasAllStreams === false ? [] : backupRoutes(api)),
    ...metricsRoutes(metrics, config.metrics),
    ...consoleRoutes(parts.consoleAssets),
    ...docsRoutes(() => routes, parts.docsAssets),
  ];
  const serving: ServeParts = {
    authenticator,
    limiter,
    log,
    clock,
    observe: metrics.requests.observe,
    audit: new AuditLog(store, clock, log),
    logsRequests: config.isDebug || config.logsRequests,
    placement: replicas,
  };
  const router = createRouter(routes, serving, config);
  const sweepAll = async () => {
    await streams.sweep();
    await replicas?.sweep();
    await accounts.refresh();
    await store.sweep(retentionOf(config.retention, clock.now()));
  };
  // Whatever fails is tried again: a store that is away must not end the process.
  const sweep = () => sweepAll().catch((error) => onError("sweep failed", error));
  replicas?.begin();
  const sweeping = isLasting ? setInterval(sweep, SWEEP_MS) : undefined;
  return {
    routes,
    fetch: (request, connection = {}) => router.fetch(request, connection),
    leave: async () => await replicas?.leave().catch((error) => onError("streams are not handed over", error)),
    endLive: () => live.stop(),
    sweep,
    async close() {
      clearInterval(sweeping);
      metrics.close();
      await streams.close();
      await replicas?.close().catch((error) => onError("the replica's lease is not given back", error));
      journal.close();
    },
  };
}
