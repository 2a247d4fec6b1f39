/** What happens to every request: an id, who asks, what they may, how often; then the route; then the log and the measures. */
import { authorizeScope, authorizeStream } from "../auth/authorize.ts";
import type { Authenticator, Principal } from "../auth/principal.ts";
import type { AuditLog } from "../audit/log.ts";
import type { Clock } from "../clock.ts";
import { errorFields, type Log } from "../log.ts";
import { NcsError } from "../../engine/mod.ts";
import { StorageError } from "../streams/storage.ts";
import { Exchange } from "./exchange.ts";
import { Problem, problemDocument, problemOfEngine } from "./problem.ts";
import type { Route } from "./route.ts";

/** What a request may not exceed. Answers the heads that tell the client. Throws Problem rate_limited. */
export interface RateLimiter {
  take(exchange: Exchange): Record<string, string> | Promise<Record<string, string>>;
}

/** Where several servers share the streams: serves what needs a stream's state where the state is. */
export interface Placement {
  /** Whether the server ends and should be left alone. */
  readonly isLeaving: boolean;
  /** Who asks by another replica, and from where; undefined where the request does not come from one. */
  hop(request: Request): { principal: Principal; address: string } | undefined;
  serve(exchange: Exchange, handle: Answerer["handle"]): Promise<Response>;
}

/** Told of every request when it is answered. */
export type Observe = (exchange: Exchange, status: number, time_ms: number, code: string | undefined) => void;

export interface ServeParts {
  authenticator: Authenticator;
  limiter: RateLimiter;
  log: Log;
  clock: Clock;
  observe: Observe;
  audit: AuditLog;
  /** Whether every request is logged, not failures and slow ones alone. */
  logsRequests: boolean;
  /** Undefined where there is one server. */
  placement?: Placement;
}

/** A request that took longer is logged. */
const SLOW_MS = 1000;

/** What answers: a route, or what stands in for one. */
export type Answerer = Pick<Route, "access" | "isOfStream" | "needsState" | "isUnlimited" | "handle">;

/** Serves a route, or refuses with the problem of what has none. */
export async function serve(exchange: Exchange, parts: ServeParts, route: Answerer | Problem): Promise<Response> {
  const began = parts.clock.elapsed();
  let response: Response, code: string | undefined;
  try {
    checkHost(exchange.request.url);
    if (route instanceof Problem) throw route;
    response = await answerRoute(exchange, route, parts);
  } catch (error) {
    const problem = problemOf(error, exchange, parts.log);
    code = problem.code;
    response = answerProblem(problem, exchange);
  }
  // Of what another replica asks, the one that was asked first keeps the record.
  if (exchange.route?.audit && !exchange.isForwarded) {
    await parts.audit.note(exchange, exchange.route.audit, code ?? await resultOf(response));
  }
  const time_ms = parts.clock.elapsed() - began;
  // The replica that was asked first counts the request.
  if (!exchange.isForwarded) parts.observe(exchange, response.status, time_ms, code);
  if (parts.logsRequests || response.status >= 500 || time_ms > SLOW_MS) {
    logRequest(exchange, response.status, time_ms, code, parts.log);
  }
  return response;
}

/** The origin of the latest request whose URL was one: nearly all requests have the same. */
let soundOrigin = "";

/** A Host head that names no host gives a URL that is none. Throws Problem invalid_request. */
function checkHost(url: string): void {
  if (soundOrigin !== "" && url.startsWith(soundOrigin)) return;
  if (!URL.canParse(url)) throw new Problem("invalid_request", "the request's Host header names no host");
  soundOrigin = `${new URL(url).origin}/`;
}

/** Most requests are known at once, and so is how often they came: they wait for nothing before the route. */
async function answerRoute(exchange: Exchange, route: Answerer, parts: ServeParts): Promise<Response> {
  if (!exchange.isForwarded) {
    if (route.access !== "public") {
      const principal = identify(exchange, parts);
      exchange.principal = principal instanceof Promise ? await principal : principal;
    }
    // Counted before it is refused, so that whoever probes is slowed as well.
    if (!route.isUnlimited) {
      const heads = parts.limiter.take(exchange);
      Object.assign(exchange.headers, heads instanceof Promise ? await heads : heads);
    }
    authorize(exchange, route);
  }
  if (parts.placement && route.needsState) return await parts.placement.serve(exchange, route.handle);
  return await route.handle(exchange);
}

/** Throws Problem forbidden where whoever asks may not. */
function authorize({ principal, streamName }: Exchange, { access, isOfStream }: Answerer): void {
  if (access === "public") return;
  authorizeScope(principal!, access);
  if (isOfStream) authorizeStream(principal!, streamName);
}

/** Who asks; at once where that is known. Credentials that do not hold count against the address, for there is nobody else. */
function identify(exchange: Exchange, { authenticator, limiter }: ServeParts): Principal | Promise<Principal> {
  const refuse = async (error: unknown): Promise<never> => {
    if (error instanceof Problem) Object.assign(exchange.headers, await limiter.take(exchange));
    throw error;
  };
  try {
    const principal = authenticator.authenticate(exchange.request);
    return principal instanceof Promise ? principal.catch(refuse) : principal;
  } catch (error) {
    return refuse(error);
  }
}

/** A Problem is the client's to know; anything else says nothing outside and everything to the log. */
export function problemOf(error: unknown, exchange: Exchange, log: Log): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof NcsError && error.code !== "internal") return problemOfEngine(error);
  const { requestId, request, path } = exchange;
  const fields = { request_id: requestId, method: request.method, path, ...errorFields(error) };
  if (error instanceof StorageError) {
    log.error("storage fails", fields);
    // A store that went away may have kept the write and not said so: only its key tells.
    const detail = "the store does not answer or cannot keep writes; try again, a write under the same Idempotency-Key";
    return new Problem("storage_unavailable", detail, undefined, { "retry-after": "1" });
  }
  log.error("request failed", fields);
  return new Problem("internal", "the server failed; its log has the reason under the request's id");
}

/** ok, or the code of the problem that another replica answered with. */
async function resultOf(response: Response): Promise<string> {
  return response.status < 400 ? "ok" : (await response.clone().json()).code;
}

function answerProblem(problem: Problem, exchange: Exchange): Response {
  const document = problemDocument(problem, exchange.path, exchange.requestId);
  return exchange.answer(JSON.stringify(document), "application/problem+json", problem.status, problem.headers);
}

function logRequest(exchange: Exchange, status: number, time_ms: number, code: string | undefined, log: Log): void {
  log.info("request", {
    request_id: exchange.requestId,
    method: exchange.request.method,
    path: exchange.path,
    status,
    time_ms: Math.round(time_ms * 1000) / 1000,
    subject: exchange.principal?.id,
    address: exchange.address,
    code,
  });
}
