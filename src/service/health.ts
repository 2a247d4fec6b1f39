/** GET /health: whether each component that exists works, asked of the component itself. */
import { Engine } from "../engine/mod.ts";
import { type Clock, isoTime } from "./clock.ts";
import type { Stream } from "./stream.ts";

export interface Component {
  status: "healthy" | "failing";
  latency_ms: number;
}

export interface Health {
  isHealthy: boolean;
  components: Record<string, Component>;
}

/** A check of all components. Reasons of failure go to `report`, not to the answer. */
export function createHealthCheck(stream: Stream, clock: Clock, report: (name: string, reason: unknown) => void) {
  // An engine of its own: the check runs the kernel and touches no stream.
  const probe = Engine.create(stream.kernel, 1);
  const checks: Record<string, () => void> = {
    algorithm: () => {
      probe.assign([[0]]);
      stream.status();
    },
  };
  return (): Health => {
    const components = Object.fromEntries(
      Object.entries(checks).map(([name, check]) => [name, runCheck(check, clock, (reason) => report(name, reason))]),
    );
    return { isHealthy: Object.values(components).every(({ status }) => status === "healthy"), components };
  };
}

function runCheck(check: () => void, clock: Clock, report: (reason: unknown) => void): Component {
  const began = clock.elapsed();
  let status: Component["status"] = "healthy";
  try {
    check();
  } catch (reason) {
    status = "failing";
    report(reason);
  }
  return { status, latency_ms: clock.elapsed() - began };
}

/** The body of /health. */
export function healthBody(health: Health, now: number, version: string, uptime_seconds: number): unknown {
  return {
    status: health.isHealthy ? "healthy" : "unhealthy",
    timestamp: isoTime(now),
    version,
    algorithm_ready: health.components.algorithm?.status === "healthy",
    uptime_seconds,
    components: health.components,
  };
}
