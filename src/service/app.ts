/** The HTTP service: knows Request and Response, names no runtime; everything it needs is an argument. */
import { type Context, Hono } from "hono";
import type { Store } from "../store/mod.ts";
import { algorithmStatusRoutes } from "./api/algorithm_status.ts";
import { assignRoutes } from "./api/assign.ts";
import { clustersSummaryRoutes } from "./api/clusters_summary.ts";
import { algorithmCheck, createHealthCheck, healthRoutes } from "./api/health.ts";
import type { ApiParts } from "./api/parts.ts";
import { processBatchRoutes } from "./api/process_batch.ts";
import { processPointsRoutes } from "./api/process_points.ts";
import { snapshotRoutes } from "./api/snapshots.ts";
import { streamsRoutes } from "./api/streams.ts";
import { apiKeysRoutes } from "./api/api_keys.ts";
import { authRoutes } from "./api/auth.ts";
import { type Accounts, createAccounts } from "./auth/accounts.ts";
import type { PasswordHasher } from "./auth/passwords.ts";
import type { Authenticator } from "./auth/principal.ts";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { type Connection, Exchange } from "./http/exchange.ts";
import { Problem } from "./http/problem.ts";
import type { Route } from "./http/route.ts";
import { clientAddress } from "./limits/address.ts";
import type { MakeCounter } from "./limits/counter.ts";
import { LocalCounter } from "./limits/local.ts";
import { requestLimiter } from "./limits/requests.ts";
import { type RateLimiter, serve, type ServeParts } from "./http/serve.ts";
import { eventsRoutes } from "./live/events.ts";
import { EventHub } from "./live/hub.ts";
import { LIVE_LIMITS, type LiveLimits } from "./live/limits.ts";
import { Live } from "./live/live.ts";
import { socketRoutes } from "./live/route.ts";
import type { Upgrade } from "./live/socket.ts";
import { errorFields, type Log } from "./log.ts";
import type { Shared } from "./shared.ts";
import { Answers } from "./streams/answers.ts";
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
  /** In place of those of the accounts and of the configuration. */
  authenticator?: Authenticator;
  limiter?: RateLimiter;
  live?: Partial<LiveLimits>;
  /** Undefined where the host has no WebSockets. */
  upgrade?: Upgrade;
}

/** The service, ready for requests. */
export interface App {
  readonly routes: readonly Route[];
  fetch(request: Request, connection?: Connection): Promise<Response>;
  /** Ends the connections that have no end of their own; resolves when what they began is answered. */
  endLive(): Promise<void>;
  /** Keeps a last snapshot of every stream; call it when the requests under way are answered. */
  close(): Promise<void>;
}

/** What is past its time is let go of so often. */
const SWEEP_MS = 10_000;

/** Stored answers are kept for a day, the newest events of a stream up to so many. */
const ANSWERS_MS = 24 * 3600 * 1000, EVENTS_KEPT = 10_000;

export function createApp(parts: AppParts): App {
  const { kernel, config, clock, log, store, passwords, shared, processBytes } = parts;
  const began = clock.elapsed();
  const onError = (message: string, error: unknown) => log.error(message, errorFields(error));
  const journal = new Journal(store, clock);
  const hub = new EventHub();
  shared?.events?.receive((stream, events) => hub.publish(stream, events));
  const streams = new Streams({
    kernel,
    store,
    journal,
    clock,
    onError,
    onLearned: () => {},
    onEvents: ({ name }, events) => {
      hub.publish(name, events);
      shared?.events?.send(name, events);
    },
    onLoaded: ({ name, loaded }, time_ms) => {
      if (loaded?.sequence) log.info("stream loaded", { stream: name, sequence: loaded.sequence, time_ms });
    },
  }, config.streams);
  const api: ApiParts = {
    kernel,
    streams,
    answers: new Answers(store, clock),
    limits: config.limits,
    clock,
    log,
    began,
    processBytes,
  };
  const counterOf: MakeCounter = (limit) => {
    const local = new LocalCounter(limit, clock);
    return shared?.counterOf(limit, local) ?? local;
  };
  const fanout = shared?.fanout;
  const accounts = createAccounts({ config: config.auth, store, clock, passwords, counterOf, fanout, onError });
  const health = createHealthCheck({
    checks: { algorithm: algorithmCheck(kernel), database: () => store.probe() },
    // Writes are kept without it, limits and revocations go on in the process.
    dispensable: shared ? { redis: () => shared.probe() } : {},
    clock,
    log,
    began,
  });
  const authenticator = parts.authenticator ?? accounts.authenticator;
  const limiter = parts.limiter ?? requestLimiter(config.rateLimitPerMinute, counterOf);
  const live = new Live({ authenticator, store, limits: { ...LIVE_LIMITS, ...parts.live } });
  const routes = [
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
  ];
  const serving: ServeParts = {
    authenticator,
    limiter,
    log,
    clock,
    observe: () => {},
    logsRequests: config.isDebug,
  };
  const router = createRouter(routes, serving, config.trustedProxies);
  const sweeping = sweepRegularly(streams, accounts, store, clock, onError);
  return {
    routes,
    fetch: async (request, connection = {}) => await router.fetch(request, connection),
    endLive: () => live.stop(),
    async close() {
      sweeping.stop();
      await streams.close();
      journal.close();
    },
  };
}

type Env = { Bindings: Connection };

/** Hono finds the route; what is found by no route, or by none of the method, is refused. */
function createRouter(routes: readonly Route[], parts: ServeParts, trustedProxies: number): Hono<Env> {
  const router = new Hono<Env>();
  const exchangeOf = (c: Context<Env>, route?: Route) => {
    const { raw } = c.req;
    const address = clientAddress(c.env.address ?? "unknown", raw.headers.get("x-forwarded-for"), trustedProxies);
    return new Exchange(raw, route, requestIdOf(raw), c.req.path, route ? c.req.param() : {}, address, {});
  };
  for (const route of routes) {
    router.on(route.method, honoPath(route.path), (c) => {
      return serve(exchangeOf(c, route), parts, route);
    });
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const allow = methodsOf(path, routes);
    router.all(honoPath(path), (c) => {
      const problem = new Problem("method_not_allowed", `${path} takes ${allow}`, undefined, { allow });
      return serve(exchangeOf(c), parts, problem);
    });
  }
  router.notFound((c) => {
    const problem = new Problem("not_found", "nothing is served at this path; /docs lists what is");
    return serve(exchangeOf(c), parts, problem);
  });
  return router;
}

/** /streams/{name} is /streams/:name to Hono. */
function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}

function methodsOf(path: string, routes: readonly Route[]): string {
  const methods = routes.filter((route) => route.path === path).map((route) => route.method);
  return methods.flatMap((method) => method === "GET" ? ["GET", "HEAD"] : [method]).join(", ");
}

/** What a request id may be: anything else is replaced, so that logs cannot be forged. */
const REQUEST_ID = /^[\w.:+/=-]{1,128}$/;

/** The id that the client gave, or a new one. */
function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

function sweepRegularly(
  streams: Streams,
  accounts: Accounts,
  store: Store,
  clock: Clock,
  onError: (message: string, error: unknown) => void,
) {
  const timer = setInterval(async () => {
    await streams.sweep();
    await accounts.refresh();
    const now = clock.now();
    await store.sweep(now, now - ANSWERS_MS, EVENTS_KEPT).catch((error) => onError("sweep failed", error));
  }, SWEEP_MS);
  return { stop: () => clearInterval(timer) };
}
