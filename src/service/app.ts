/** The HTTP service as a Hono app: knows Request and Response, names no runtime; everything it needs is an argument. */
import { type Context, Hono } from "hono";
import { VERSION } from "../version.ts";
import { algorithmStatus } from "./algorithm_status.ts";
import { answer, answerJson, answerProblem, requestIdOf } from "./answer.ts";
import type { Clock } from "./clock.ts";
import { clustersSummary } from "./clusters_summary.ts";
import type { Config } from "./config.ts";
import { createHealthCheck, healthBody } from "./health.ts";
import { errorFields, type Log } from "./log.ts";
import { Problem } from "./problem.ts";
import { processPoints } from "./process_points.ts";
import { Stream } from "./stream.ts";

export interface AppParts {
  kernel: WebAssembly.Module;
  config: Config;
  clock: Clock;
  log: Log;
  /** Resident memory of the process in bytes, where the host can tell. */
  processBytes?: () => number;
}

export type App = Hono<{ Variables: { requestId: string } }>;
type AppContext = Context<{ Variables: { requestId: string } }>;
type Handler = (c: AppContext) => Response | Promise<Response>;

/** What is served: method, path, handler. */
type Route = readonly ["GET" | "POST", string, Handler];

/** The service. Throws where the kernel or the stream's parameters are unusable. */
export function createApp(parts: AppParts): App {
  const stream = new Stream(parts.kernel, parts.config.stream, parts.clock);
  const app: App = new Hono();
  app.use(async (c, next) => {
    c.set("requestId", requestIdOf(c.req.raw));
    if (!URL.canParse(c.req.url)) throw new Problem("invalid_request", "the request's Host header names no host");
    await next();
  });
  const routes = [...healthRoutes(parts, stream), ...streamRoutes(parts, stream)];
  for (const [method, path, handler] of routes) app.on(method, path, handler);
  refuseOtherMethods(app, routes);
  app.notFound((c) => {
    const problem = new Problem("not_found", "nothing is served at this path; the README lists what is");
    return answerProblem(problem, c.req.raw, c.get("requestId"));
  });
  app.onError((error, c) => answerError(error, c, parts.log));
  return app;
}

function healthRoutes({ clock, log }: AppParts, stream: Stream): Route[] {
  const began = clock.elapsed();
  const check = createHealthCheck(stream, clock, (component, reason) => {
    log.error("component fails", { component, ...errorFields(reason) });
  });
  const health: Handler = (c) => {
    const found = check();
    const body = healthBody(found, clock.now(), VERSION, (clock.elapsed() - began) / 1000);
    return answerJson(body, c.get("requestId"), found.isHealthy ? 200 : 503);
  };
  return [
    ["GET", "/health", health],
    ["GET", "/api/v1/health", health],
    ["GET", "/health/ready", health],
    ["GET", "/health/live", (c) => answerJson({ status: "alive" }, c.get("requestId"))],
  ];
}

function streamRoutes({ config, clock, processBytes }: AppParts, stream: Stream): Route[] {
  const began = clock.elapsed();
  const process: Handler = async (c) => {
    stream.requests++;
    try {
      const { body, type } = await processPoints(c.req.raw, stream, config.limits);
      return answer(body, type, c.get("requestId"));
    } catch (error) {
      stream.errors++;
      throw error;
    }
  };
  const status: Handler = (c) => {
    const facts = {
      uptime_seconds: (clock.elapsed() - began) / 1000,
      version: VERSION,
      processBytes: processBytes?.(),
    };
    return answerJson(algorithmStatus(stream, facts), c.get("requestId"));
  };
  const summary: Handler = (c) => answerJson(clustersSummary(c.req.raw, stream), c.get("requestId"));
  return [
    ["POST", "/api/v1/process_points", process],
    ["GET", "/api/v1/clusters_summary", summary],
    ["GET", "/api/v1/algorithm_status", status],
  ];
}

/** Registered after all routes: what gets here has a path that is served and a method that is not. */
function refuseOtherMethods(app: App, routes: Route[]): void {
  for (const path of new Set(routes.map((route) => route[1]))) {
    const methods = routes.filter((route) => route[1] === path).map((route) => route[0]);
    const allow = methods.flatMap((method) => method === "GET" ? ["GET", "HEAD"] : [method]).join(", ");
    app.all(path, (c) => {
      const problem = new Problem("method_not_allowed", `${path} takes ${allow}`, undefined, { allow });
      return answerProblem(problem, c.req.raw, c.get("requestId"));
    });
  }
}

/** A Problem is the client's to know; anything else says nothing outside and everything to the log. */
function answerError(error: unknown, c: AppContext, log: Log): Response {
  const requestId = c.get("requestId");
  if (error instanceof Problem) return answerProblem(error, c.req.raw, requestId);
  log.error("request failed", {
    request_id: requestId,
    method: c.req.method,
    path: c.req.path,
    ...errorFields(error),
  });
  const problem = new Problem("internal", "the server failed; its log has the reason under the request's id");
  return answerProblem(problem, c.req.raw, requestId);
}
