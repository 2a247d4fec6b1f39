/** What the runner, or who calls k6 by hand, says in the environment. */
import { type ScenarioName, SCENARIOS } from "../../scenarios.ts";

/** Without a slash at its end. */
export const BASE = (__ENV.NCS_URL ?? "http://localhost:8000").replace(/\/+$/, "");
export const KEY = __ENV.NCS_API_KEY ?? "YOUR_API_KEY";
export const ADMIN = { username: __ENV.ADMIN_USERNAME ?? "admin", password: __ENV.ADMIN_PASSWORD ?? "admin123" };

/** Seconds that a scenario lasts. */
export function lasts(name: ScenarioName): number {
  return Number(__ENV.NCS_SECONDS ?? SCENARIOS[name].seconds);
}

type Bounds = Record<string, string[]>;

/** What must hold on any machine, of every scenario that learns. */
const LEARNING: Bounds = {
  errors: ["rate<0.001"],
  checks: ["rate==1"],
  points: ["count>0"],
  points_uncounted: ["count==0"],
  kernel_mb: ["value<50"],
};

/** Thresholds: what must hold, and how fast it must be, which is left out where NCS_JUDGE is `correctness`. */
export function thresholds(speed: Bounds, correctness: Bounds = {}): Bounds {
  const bounds: Bounds = { ...LEARNING, ...correctness };
  if (__ENV.NCS_JUDGE === "correctness") return bounds;
  for (const name in speed) bounds[name] = [...(bounds[name] ?? []), ...speed[name]];
  return bounds;
}

/** Statistics of times, for thresholds and for the report. */
export const summaryTrendStats = ["min", "med", "p(90)", "p(95)", "p(99)", "p(99.9)", "max"];
/** Few tags, so that k6 measures the server and not itself. */
export const systemTags: ("scenario" | "status")[] = ["scenario", "status"];
