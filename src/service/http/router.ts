/** From a request to its route: every answer begins here with its heads. */
import { type Context, Hono } from "hono";
import { clientAddress } from "../limits/address.ts";
import { Cors } from "./cors.ts";
import { type Connection, Exchange } from "./exchange.ts";
import { securityHeads } from "./heads.ts";
import { Problem } from "./problem.ts";
import type { Route } from "./route.ts";
import { serve, type ServeParts } from "./serve.ts";

export interface RouterConfig {
  environment: "development" | "production";
  /** Origins whose pages may ask. */
  allowedOrigins: readonly string[];
  /** Proxies in front that write X-Forwarded-For. */
  trustedProxies: number;
}

/** The parameters of most paths. */
const NOTHING: Record<string, string> = {};

type Env = { Bindings: Connection };

/** Hono finds the route; what is found by no route, or by none of the method, is refused. */
export function createRouter(routes: readonly Route[], parts: ServeParts, config: RouterConfig): Hono<Env> {
  const router = new Hono<Env>();
  const cors = new Cors(config.allowedOrigins);
  const { placement } = parts;
  const always = securityHeads(config.environment === "production");
  const addressOfClient = ({ env, req: { raw: { headers } } }: Context<Env>) => {
    return clientAddress(env.address ?? "unknown", headers.get("x-forwarded-for"), config.trustedProxies);
  };
  const exchangeOf = (c: Context<Env>, route?: Route) => {
    const { raw } = c.req;
    const requestId = requestIdOf(raw);
    const heads: Record<string, string> = { ...always, ...cors.heads(raw), "x-request-id": requestId };
    if (placement?.isLeaving) heads.connection = "close";
    const hop = placement?.hop(raw);
    const params = route?.path.includes("{") ? c.req.param() : NOTHING;
    const addressOf = () => hop?.address ?? addressOfClient(c);
    const exchange = new Exchange(raw, route, requestId, c.req.path, params, addressOf, heads);
    if (hop) {
      exchange.principal = hop.principal;
      exchange.isForwarded = true;
    }
    return exchange;
  };
  for (const route of routes) {
    router.on(route.method, honoPath(route.path), (c) => {
      return serve(exchangeOf(c, route), parts, route);
    });
  }
  // Apart from the routes, so that a request finds its route alone: Hono then calls it without a chain of handlers.
  const paths = new Hono<Env>();
  for (const path of new Set(routes.map((route) => route.path))) {
    const allow = methodsOf(path, routes);
    paths.all(honoPath(path), (c) => {
      const problem = new Problem("method_not_allowed", `${path} takes ${allow}`, undefined, { allow });
      return serve(exchangeOf(c), parts, cors.preflight(c.req.raw, allow) ?? problem);
    });
  }
  router.notFound((c) => paths.fetch(c.req.raw, c.env));
  paths.notFound((c) => {
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
