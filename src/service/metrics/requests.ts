/** Requests: how many, how long, and why they were refused. */
import type { Exchange, RouteFacts } from "../http/exchange.ts";
import { Distribution, type Exposition, type Sample } from "./distribution.ts";

/** Seconds. A point takes some 50 microseconds, a batch of a million a second. */
const BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Codes of refusals that say who asks is not known, or may not. */
const AUTH_CODES = ["unauthorized", "invalid_credentials", "forbidden"];

/** Where people sign in, and what its statuses mean. */
const SIGN_IN = "/auth/login";
const SIGN_INS = { done: 200, refused: 401, limited: 429 };

/** Routes whose failures are no caller's: probes ask them whether others fail. */
const PROBES = /\/health/;

/** What is counted of a method on a route. */
interface Child {
  method: string;
  route: string;
  spread: Distribution;
  statuses: Map<number, number>;
}

/** Paths that no route serves: one label for them all, for strangers choose them. */
const NO_ROUTE = "none";

export class RequestMetrics {
  #children = new Map<RouteFacts | undefined, Child[]>();
  #problems = new Map<string, number>();

  /** As ServeParts.observe. */
  readonly observe = (
    { request, route }: Pick<Exchange, "request" | "route">,
    status: number,
    time_ms: number,
    code: string | undefined,
  ): void => {
    const child = this.#childOf(route, request.method);
    child.spread.add(time_ms / 1000);
    child.statuses.set(status, (child.statuses.get(status) ?? 0) + 1);
    if (code !== undefined) this.#problems.set(code, (this.#problems.get(code) ?? 0) + 1);
  };

  register(exposition: Exposition): void {
    exposition.counter("ncs_http_requests_total", "Requests answered", () => this.#requests());
    exposition.histogram("ncs_http_request_duration_seconds", "Time from a request's head to its answer's", () => (
      this.#all().map(({ method, route, spread }) => ({ labels: { method, route }, spread }))
    ));
    exposition.counter("ncs_http_problems_total", "Requests refused or failed, by code", () => (
      Array.from(this.#problems, ([code, value]) => ({ labels: { code }, value }))
    ));
    // These two are there from the first scrape on: a series that begins with a burst shows no rise.
    exposition.counter(
      "ncs_http_failures_total",
      "Requests answered 5xx; not those that ask for the health",
      () => [{ value: this.#count((route, status) => status >= 500 && !PROBES.test(route)) }],
    );
    exposition.counter("ncs_sign_ins_total", "Sign-ins done, refused, and limited as there were too many", () => (
      Object.entries(SIGN_INS).map(([result, wanted]) => (
        { labels: { result }, value: this.#count((route, status) => route === SIGN_IN && status === wanted) }
      ))
    ));
    exposition.counter("ncs_auth_failures_total", "Requests of whom nobody knows, or who may not", () => (
      AUTH_CODES.map((reason) => ({ labels: { reason }, value: this.#problems.get(reason) ?? 0 }))
    ));
    exposition.counter(
      "ncs_http_rate_limited_total",
      "Requests refused because there were too many",
      () => [{ value: this.#problems.get("rate_limited") ?? 0 }],
    );
  }

  #childOf(route: RouteFacts | undefined, method: string): Child {
    let children = this.#children.get(route);
    if (!children) this.#children.set(route, children = []);
    // A route is asked for by one method, and by HEAD where that is GET.
    for (const child of children) if (child.method === method) return child;
    const known = METHODS.includes(method) ? method : "other";
    const found = children.find((child) => child.method === known);
    if (found) return found;
    const child = {
      method: known,
      route: route?.path ?? NO_ROUTE,
      spread: new Distribution(BOUNDS),
      statuses: new Map(),
    };
    children.push(child);
    return child;
  }

  #all(): Child[] {
    return [...this.#children.values()].flat();
  }

  #count(isCounted: (route: string, status: number) => boolean): number {
    let count = 0;
    for (const { route, statuses } of this.#all()) {
      for (const [status, value] of statuses) if (isCounted(route, status)) count += value;
    }
    return count;
  }

  #requests(): Sample[] {
    return this.#all().flatMap(({ method, route, statuses }) =>
      Array.from(statuses, ([status, value]) => ({ labels: { method, route, status: String(status) }, value }))
    );
  }
}
