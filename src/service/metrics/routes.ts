/** GET /metrics. */
import { z } from "zod";
import type { MetricsConfig } from "../config.ts";
import { Problem } from "../http/problem.ts";
import type { Route } from "../http/route.ts";
import type { Metrics } from "./metrics.ts";

const Text = z.string().meta({
  id: "Metrics",
  description: "Prometheus's text format",
  examples: ["# HELP ncs_streams_live Streams in memory\n# TYPE ncs_streams_live gauge\nncs_streams_live 1\n"],
});

export function metricsRoutes(metrics: Metrics, { isEnabled, token }: MetricsConfig): Route[] {
  if (!isEnabled) return [];
  const isRight = token === undefined ? undefined : tokenCheck(token);
  return [{
    method: "GET",
    path: "/metrics",
    access: "public",
    tag: "service",
    isUnlimited: true,
    summary: "Measures for Prometheus",
    description: "Where METRICS_TOKEN is set it is asked for as the bearer token.",
    answers: { 200: { description: "The measures", content: { "text/plain": Text } } },
    problems: ["unauthorized"],
    async handle(exchange) {
      if (isRight && !(await isRight(exchange.request.headers.get("authorization") ?? ""))) {
        throw new Problem("unauthorized", "this takes the bearer token that METRICS_TOKEN sets", undefined, {
          "www-authenticate": "Bearer",
        });
      }
      return exchange.answer(await metrics.text(), metrics.type);
    },
  }];
}

/** Digests are compared whole, so that the time says nothing of how much was right. */
function tokenCheck(token: string): (authorization: string) => Promise<boolean> {
  const digest = async (text: string) =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const wanted = digest(token);
  return async (authorization) => {
    const shown = /^bearer +(.+)$/i.exec(authorization)?.[1] ?? "";
    const [a, b] = await Promise.all([wanted, digest(shown)]);
    let difference = 0;
    for (let index = 0; index < a.length; index++) difference |= a[index] ^ b[index];
    return difference === 0;
  };
}
