/** GET /health: whether each component works, asked of the component itself. */
import type { z } from "zod";
import { Engine } from "../../engine/mod.ts";
import { VERSION } from "../../version.ts";
import { type Clock, isoTime } from "../clock.ts";
import type { Route } from "../http/route.ts";
import { errorFields, type Log } from "../log.ts";
import { Alive, Health } from "../schema/views.ts";

/** Asks a component; throws or rejects where it does not work. */
export type Check = () => void | Promise<void>;

export interface HealthParts {
  checks: Record<string, Check>;
  /** Components without which the service goes on, though it does less. */
  dispensable?: Record<string, Check>;
  clock: Clock;
  log: Log;
  began: number;
}

type HealthView = z.infer<typeof Health>;

/** What probes ask is answered from the latest check, if it is no older. */
const FRESH_MS = 500;

/** A component that does not answer in time fails. */
const TIMEOUT_MS = 2000;

/** The kernel works: an engine of its own answers, and no stream is touched. */
export function algorithmCheck(kernel: WebAssembly.Module): Check {
  const probe = Engine.create(kernel, 1);
  return () => void probe.assign([[0]]);
}

/** Answers the health of now; many that ask at once share one look. */
export function createHealthCheck(
  { checks, dispensable = {}, clock, log, began }: HealthParts,
): () => Promise<HealthView> {
  let latest: Promise<HealthView> | undefined, at = 0;
  return () => {
    if (latest === undefined || clock.elapsed() - at > FRESH_MS) {
      at = clock.elapsed();
      latest = look();
    }
    return latest;
  };
  async function look(): Promise<HealthView> {
    const found = await Promise.all(
      Object.entries({ ...checks, ...dispensable }).map(async ([name, check]) =>
        [name, await runCheck(name, check, clock, log)] as const
      ),
    );
    const components = Object.fromEntries(found);
    const failing = Object.keys(components).filter((name) => components[name].status === "failing");
    const isDegraded = failing.every((name) => name in dispensable);
    return {
      status: failing.length === 0 ? "healthy" : isDegraded ? "degraded" : "unhealthy",
      timestamp: isoTime(clock.now()),
      version: VERSION,
      algorithm_ready: components.algorithm?.status === "healthy",
      uptime_seconds: (clock.elapsed() - began) / 1000,
      components,
    };
  }
}

async function runCheck(name: string, check: Check, clock: Clock, log: Log) {
  const began = clock.elapsed();
  let status: "healthy" | "failing" = "healthy";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} did not answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), late]);
  } catch (reason) {
    status = "failing";
    log.error("component fails", { component: name, ...errorFields(reason) });
  } finally {
    clearTimeout(timer);
  }
  return { status, latency_ms: clock.elapsed() - began };
}

export function healthRoutes(check: () => Promise<HealthView>): Route[] {
  const route = (path: string, summary: string): Route => ({
    method: "GET",
    path,
    access: "public",
    tag: "service",
    summary,
    isUnlimited: true,
    answers: {
      200: { description: "Everything that is needed works", content: { "application/json": Health } },
      503: { description: "A component fails; writes are refused", content: { "application/json": Health } },
    },
    async handle(exchange) {
      const health = await check();
      return exchange.json(health, health.status === "unhealthy" ? 503 : 200);
    },
  });
  return [
    route("/health", "Whether each component works"),
    route("/api/v1/health", "Whether each component works"),
    route("/health/ready", "Whether requests can be taken, for an orchestrator"),
    {
      ...route("/health/live", "Whether the process answers, for an orchestrator"),
      answers: { 200: { description: "It does", content: { "application/json": Alive } } },
      handle: (exchange) => exchange.json({ status: "alive" }),
    },
  ];
}
